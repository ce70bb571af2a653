import { limits } from '@postern/protocol';

// What an address of the web ends with: two letters, or one of the old ones. A name must not be taken for an address.
const domainEnd = /\.([a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|app|dev|shop|store|online|site|xyz)$/;

/** Reads a username in the form in which it is compared; null when it is none (contract section 5.4). */
export function parseUsername(text: string): string | null {
  const username = text.toLowerCase();
  const { minUsernameCharacters: min, maxUsernameCharacters: max } = limits;
  const hasForm = username.length >= min && username.length <= max && /^[a-z0-9._]+$/.test(username);
  if (!hasForm || !/[a-z]/.test(username)) return null;
  if (/^\.|\.$|\.\.|^www/.test(username) || domainEnd.test(username)) return null;
  return username;
}

/** Names that a number of this name could take, likelier ones first. */
export function suggestUsernames(verifiedName: string): string[] {
  const words = verifiedName
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const plain = words.join('');
  const ideas = [
    plain,
    words.join('_'),
    words.join('.'),
    `${plain}_official`,
    `the_${plain}`,
    `${plain}_chat`,
    `hello_${plain}`,
  ];
  const parsed = ideas.flatMap((idea) => parseUsername(idea.slice(0, limits.maxUsernameCharacters)) ?? []);
  return [...new Set(parsed)];
}
