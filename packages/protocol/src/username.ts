import { limits } from './limits.ts';

// What an address of the web ends with: two letters, or one of the old ones. A name must not be taken for an address.
const domainEnd = /\.([a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|app|dev|shop|store|online|site|xyz)$/;

/** Reads a username in the form in which it is compared; null when it is none (contract section 5.4): of a business's number or of a person. */
export function parseUsername(text: string): string | null {
  const username = text.toLowerCase();
  const { minUsernameCharacters: min, maxUsernameCharacters: max } = limits;
  const hasForm = username.length >= min && username.length <= max && /^[a-z0-9._]+$/.test(username);
  if (!hasForm || !/[a-z]/.test(username)) return null;
  if (/^\.|\.$|\.\.|^www/.test(username) || domainEnd.test(username)) return null;
  return username;
}
