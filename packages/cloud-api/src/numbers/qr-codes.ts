import { randomBytes } from 'node:crypto';
import type { Database } from '@postern/postgres';
import { limits, type PhoneNumber } from '@postern/protocol';
import type { SealedStorage } from '../sealed-storage.ts';
import { holdNumber } from './number-documents.ts';

/** A code that people scan to write to a number. */
export interface QrCode {
  /** 14 letters and digits of base 32, which nobody guesses. */
  readonly code: string;
  readonly prefilledMessage: string;
}

/** What somebody learns who scans a code. */
export interface ScannedCode {
  readonly phoneNumber: PhoneNumber;
  readonly prefilledMessage: string;
}

export type QrRefusal = 'not-registered' | 'too-many' | 'unknown';

interface QrCodesOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'audit'>;
}

interface CodeRow {
  code: string;
  prefilled_message: string;
}

/** The codes of numbers: each leads to a conversation with the number, with a text that is ready to be sent. */
export class QrCodes {
  readonly #options: QrCodesOptions;

  constructor(options: QrCodesOptions) {
    this.#options = options;
  }

  /** All of a number's codes, oldest first. */
  async list(phoneNumberId: string): Promise<QrCode[]> {
    const rows = await this.#options.db.query<CodeRow>(
      'SELECT code, prefilled_message FROM qr_codes WHERE phone_number_id = $1 ORDER BY place',
      [phoneNumberId],
    );
    return rows.map(fromRow);
  }

  async find(phoneNumberId: string, code: string): Promise<QrCode | null> {
    const [row] = await this.#options.db.query<CodeRow>(
      'SELECT code, prefilled_message FROM qr_codes WHERE phone_number_id = $1 AND code = $2',
      [phoneNumberId, code],
    );
    return row ? fromRow(row) : null;
  }

  /** Where a code leads, for whoever has it; null when it is no code of a number that can be written to. */
  async scan(code: string): Promise<ScannedCode | null> {
    const [row] = await this.#options.db.query<CodeRow & { phone_number: PhoneNumber }>(
      `SELECT q.code, q.prefilled_message, n.phone_number
       FROM qr_codes q JOIN numbers n ON n.phone_number_id = q.phone_number_id
       WHERE q.code = $1 AND n.state = 'registered'`,
      [code],
    );
    return row ? { phoneNumber: row.phone_number, prefilledMessage: row.prefilled_message } : null;
  }

  /** Makes a code. The app is who asks. */
  async create(phoneNumberId: string, prefilledMessage: string, appId: string): Promise<QrCode | QrRefusal> {
    const { db, storage } = this.#options;
    return db.transaction(async (tx) => {
      if (!(await holdNumber(tx, phoneNumberId))) return 'not-registered';
      const [row] = await tx.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM qr_codes WHERE phone_number_id = $1',
        [phoneNumberId],
      );
      if ((row?.count ?? 0) >= limits.maxQrCodesPerNumber) return 'too-many';
      const code = drawCode();
      const details = { setting: 'qr_codes', app_id: appId } as const;
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
      await tx.query('INSERT INTO qr_codes (phone_number_id, code, prefilled_message) VALUES ($1, $2, $3)', [
        phoneNumberId,
        code,
        prefilledMessage,
      ]);
      return { code, prefilledMessage };
    });
  }

  /** Changes what a code says. It stays the same code, also where it is printed already. */
  async update(phoneNumberId: string, { code, prefilledMessage }: QrCode, appId: string): Promise<QrCode | QrRefusal> {
    const isDone = await this.#changeOne(
      'UPDATE qr_codes SET prefilled_message = $3 WHERE phone_number_id = $1 AND code = $2',
      { phoneNumberId, appId, values: [code, prefilledMessage] },
    );
    return isDone ? { code, prefilledMessage } : 'unknown';
  }

  /** False when the number has no such code. */
  remove(phoneNumberId: string, code: string, appId: string): Promise<boolean> {
    return this.#changeOne('DELETE FROM qr_codes WHERE phone_number_id = $1 AND code = $2', {
      phoneNumberId,
      appId,
      values: [code],
    });
  }

  #changeOne(
    statement: string,
    { phoneNumberId, appId, values }: { phoneNumberId: string; appId: string; values: readonly string[] },
  ): Promise<boolean> {
    const { db, storage } = this.#options;
    return db.transaction(async (tx) => {
      if ((await tx.execute(statement, [phoneNumberId, ...values])) === 0) return false;
      const details = { setting: 'qr_codes', app_id: appId } as const;
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details });
      return true;
    });
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const codeCharacters = 14;

/** 70 random bits: each byte's lower five pick a character. */
function drawCode(): string {
  return Array.from(randomBytes(codeCharacters), (byte) => alphabet[byte & 31]).join('');
}

function fromRow({ code, prefilled_message: prefilledMessage }: CodeRow): QrCode {
  return { code, prefilledMessage };
}
