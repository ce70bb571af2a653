import { createHmac, timingSafeEqual } from 'node:crypto';
import { limits, type Clock } from '@postern/protocol';
import type { Sealer } from '../sealing/sealer.ts';
import type { MediaRow } from './media-rows.ts';

/** What a URL of a medium says. */
export interface MediaUrlClaims {
  readonly mediaId: string;
  /** Unix seconds. */
  readonly expiresS: number;
  readonly signature: string;
}

/** The short-lived URLs of media: signed under the number's key, so that none outlives its number. */
export class MediaUrls {
  readonly #sealer: Sealer;
  readonly #clock: Clock;

  constructor({ sealer, clock }: { sealer: Sealer; clock: Clock }) {
    this.#sealer = sealer;
    this.#clock = clock;
  }

  /** A new URL's claims; null when the number's key is gone. */
  sign(row: MediaRow): MediaUrlClaims | null {
    const expiresS = Math.floor((this.#clock.now() + limits.mediaUrlMs) / 1000);
    const signature = this.#signatureOf(row, expiresS);
    return signature && { mediaId: row.media_id, expiresS, signature: signature.toString('base64url') };
  }

  /** Whether we made this URL for this medium, and its time is not over. */
  isValid(row: MediaRow, { expiresS, signature }: MediaUrlClaims): boolean {
    if (this.#clock.now() >= expiresS * 1000) return false;
    const expected = this.#signatureOf(row, expiresS);
    const given = Buffer.from(signature, 'base64url');
    return expected !== null && given.length === expected.length && timingSafeEqual(given, expected);
  }

  #signatureOf({ phone_number_id: phoneNumberId, media_id: mediaId }: MediaRow, expiresS: number): Buffer | null {
    const key = this.#sealer.findNumberKey(phoneNumberId);
    return key && createHmac('sha256', key).update(`postern media url v1\0${mediaId}\0${expiresS}`).digest();
  }
}
