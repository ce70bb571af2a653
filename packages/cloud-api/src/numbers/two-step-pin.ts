import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const deriveKey = promisify<string, Buffer, number, Buffer>(scrypt);
const saltBytes = 16;
const hashBytes = 32;

/** How a two-step PIN is kept: salt, then scrypt of it. Six digits deserve a slow hash. */
export async function hashPin(pin: string): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  return Buffer.concat([salt, await deriveKey(pin, salt, hashBytes)]);
}

/** Whether this PIN made that hash; in constant time. */
export async function isPin(pin: string, stored: Uint8Array): Promise<boolean> {
  const salt = Buffer.from(stored.subarray(0, saltBytes));
  return timingSafeEqual(await deriveKey(pin, salt, hashBytes), stored.subarray(saltBytes));
}
