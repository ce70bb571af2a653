import { constants, createCipheriv, createDecipheriv, publicEncrypt, randomBytes, type KeyObject } from 'node:crypto';

const tagBytes = 16;

/** What goes to an endpoint (contract section 5.6), in base64. */
export interface EncryptedExchange {
  readonly encrypted_flow_data: string;
  readonly encrypted_aes_key: string;
  readonly initial_vector: string;
}

/** Opens the answer to one exchange; null when it was not made with its key. */
export type OpenAnswer = (text: string) => Buffer | null;

/** Encrypts what an endpoint is asked under a key of its own, which only the business can read. */
export function encryptExchange(
  plaintext: Uint8Array,
  businessKey: KeyObject,
): { body: EncryptedExchange; open: OpenAnswer } {
  const [key, vector] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv('aes-128-gcm', key, vector, { authTagLength: tagBytes });
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: businessKey, padding, oaepHash: 'sha256' }, key);
  const body = {
    encrypted_flow_data: encrypted.toString('base64'),
    encrypted_aes_key: wrapped.toString('base64'),
    initial_vector: vector.toString('base64'),
  };
  // The answer has the same key, and the vector with every bit flipped.
  const flipped = vector.map((byte) => byte ^ 0xff);
  return { body, open: (text) => openAnswer(text, key, flipped) };
}

function openAnswer(text: string, key: Uint8Array, vector: Uint8Array): Buffer | null {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length < tagBytes) return null;
  const decipher = createDecipheriv('aes-128-gcm', key, vector, { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    return null;
  }
}
