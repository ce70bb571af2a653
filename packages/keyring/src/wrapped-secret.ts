import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;

/** Seals bytes: nonce ‖ ciphertext ‖ tag, AES-256-GCM. Each key seals few times, so that random nonces do not meet. */
export function wrap(key: KeyObject, about: string, secret: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}

/** The reverse of {@link wrap}; null when it is damaged, or under another key, or about something else. */
export function findUnwrapped(key: KeyObject, about: string, wrapped: Uint8Array): Buffer | null {
  if (wrapped.length < nonceBytes + tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(wrapped.subarray(-tagBytes));
  const opened = decipher.update(wrapped.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([opened, decipher.final()]);
  } catch {
    opened.fill(0);
    return null;
  }
}
