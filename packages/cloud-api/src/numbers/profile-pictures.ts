import { randomBytes } from 'node:crypto';
import type { Database, Queryable } from '@postern/postgres';

export interface ProfilePicture {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** The pictures of numbers. Everybody may see one who has its name, as everybody may who sees the profile. */
export class ProfilePictures {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The name of a number's picture; null when it has none. */
  async findName(phoneNumberId: string): Promise<string | null> {
    const [row] = await this.#db.query<{ picture_name: string }>(
      'SELECT picture_name FROM profile_pictures WHERE phone_number_id = $1',
      [phoneNumberId],
    );
    return row?.picture_name ?? null;
  }

  async find(name: string): Promise<ProfilePicture | null> {
    const [row] = await this.#db.query<{ media_type: string; bytes: Buffer }>(
      'SELECT media_type, bytes FROM profile_pictures WHERE picture_name = $1',
      [name],
    );
    return row ? { mediaType: row.media_type, bytes: row.bytes } : null;
  }

  /** Puts a picture in the place of the one before, whose name is nobody's from then on. */
  async set(tx: Queryable, phoneNumberId: string, { mediaType, bytes }: ProfilePicture): Promise<void> {
    await tx.query(
      `INSERT INTO profile_pictures (phone_number_id, picture_name, media_type, bytes) VALUES ($1, $2, $3, $4)
       ON CONFLICT (phone_number_id) DO UPDATE SET picture_name = $2, media_type = $3, bytes = $4`,
      [phoneNumberId, randomBytes(24).toString('base64url'), mediaType, bytes],
    );
  }
}
