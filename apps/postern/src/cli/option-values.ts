import { isIP } from 'node:net';
import { limits, parsePhoneNumber, type PhoneNumber } from '@postern/protocol';
import { UsageError } from './usage-error.ts';

/** Up to five ports are needed from this one on. */
const lastFirstPort = 65_531;

/** @throws UsageError unless the text is a port from which all fit, or 0 */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > lastFirstPort) throw new UsageError(`--port must be a number from 0 to ${lastFirstPort}, not "${text}".`);
  return port;
}

/** Reads names of hosts, or addresses, between commas. @throws UsageError */
export function parseHosts(option: string, text: string): string[] {
  const hosts = text.split(',').flatMap((each) => each.trim().toLowerCase() || []);
  const isHost = (host: string) => isIP(host) !== 0 || /^[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/.test(host);
  if (hosts.length > 0 && hosts.length <= limits.maxCertificateNames && hosts.every(isHost)) return hosts;
  throw new UsageError(
    `--${option} takes up to ${limits.maxCertificateNames} host names or addresses between commas, not "${text}".`,
  );
}

/** @throws UsageError unless the text is an http or https URL */
export function parseUrl(option: string, text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UsageError(`--${option} must be a URL that begins with http:// or https://, not "${text}".`);
}

/** Reads a whole number within bounds. @throws UsageError that names the option */
export function parseWholeNumber(name: string, text: unknown, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} takes a whole number from ${min} to ${max}.`);
}

/** Reads a person's number in international form; `+`, `-`, brackets and spaces do not count. @throws UsageError */
export function parseWaId(text: string): PhoneNumber {
  const phoneNumber = parsePhoneNumber(text.replace(/[-+() ]/g, ''));
  if (phoneNumber !== null) return phoneNumber;
  throw new UsageError('Name a person by their phone number in international form, such as 15551234567.');
}
