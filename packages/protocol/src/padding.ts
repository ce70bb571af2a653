import { limits } from './limits.ts';

/**
 * Pads to a multiple of 160 bytes, so that a ciphertext's length tells little of what is in it:
 * one 0x80 byte, then zeros (ISO/IEC 7816-4, as Signal does).
 */
export function pad(plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = Math.ceil((plaintext.length + 1) / limits.paddingBytes) * limits.paddingBytes;
  const padded = new Uint8Array(length);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  return padded;
}

/** Undoes {@link pad}; null when the bytes were not padded that way. */
export function unpad(padded: Uint8Array): Uint8Array | null {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  return end >= 0 && padded[end] === 0x80 ? padded.subarray(0, end) : null;
}
