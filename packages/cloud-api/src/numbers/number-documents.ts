import type { Database, Transaction } from '@postern/postgres';
import type { SealedStorage } from '../sealed-storage.ts';

/** How a business presents itself behind one of its numbers. What is not there was not told. */
export interface BusinessProfile {
  readonly about?: string;
  readonly address?: string;
  readonly description?: string;
  readonly email?: string;
  readonly vertical?: string;
  readonly websites?: readonly string[];
}

export interface CommerceSettings {
  readonly isCartEnabled: boolean;
  readonly isCatalogVisible: boolean;
}

/** What a conversation with the number offers to say. */
export interface ConversationalAutomation {
  readonly prompts: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
}

/** Somebody whom the law of a country wants to be reachable. */
export interface ComplianceContact {
  readonly name?: string;
  readonly email?: string;
  readonly landlineNumber?: string;
  readonly mobileNumber?: string;
}

/** What the law of India wants to be known of a business. */
export interface ComplianceInfo {
  readonly entityName?: string;
  readonly entityType?: string;
  readonly customEntityType?: string;
  readonly isRegistered?: boolean;
  readonly grievanceOfficer?: ComplianceContact;
  readonly customerCare?: ComplianceContact;
}

interface Documents {
  profile: BusinessProfile;
  commerce: CommerceSettings;
  automation: ConversationalAutomation;
  compliance: ComplianceInfo;
}

type DocumentKind = keyof Documents;

interface DocumentChange<Kind extends DocumentKind> {
  /** The app that asks. */
  readonly appId: string;
  /** What the document is from now on; `before` is null when there was none. */
  readonly next: (before: Documents[Kind] | null) => Documents[Kind];
  /** What is to be written with it. */
  readonly alongside?: (tx: Transaction) => Promise<void>;
}

interface NumberDocumentsOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'clock' | 'audit'>;
}

/** What businesses tell about their numbers: one document of each kind. */
export class NumberDocuments {
  readonly #options: NumberDocumentsOptions;

  constructor(options: NumberDocumentsOptions) {
    this.#options = options;
  }

  /** Null when nothing was told. */
  async find<Kind extends DocumentKind>(phoneNumberId: string, kind: Kind): Promise<Documents[Kind] | null> {
    const [row] = await this.#options.db.query<{ value: Documents[Kind] }>(
      'SELECT value FROM number_documents WHERE phone_number_id = $1 AND kind = $2',
      [phoneNumberId, kind],
    );
    return row?.value ?? null;
  }

  /** Changes a document of a number, one change after the other. False when the number is not registered. */
  async change<Kind extends DocumentKind>(
    phoneNumberId: string,
    kind: Kind,
    { appId, next, alongside }: DocumentChange<Kind>,
  ): Promise<boolean> {
    const { db, storage } = this.#options;
    return db.transaction(async (tx) => {
      if (!(await holdNumber(tx, phoneNumberId))) return false;
      const [row] = await tx.query<{ value: Documents[Kind] }>(
        'SELECT value FROM number_documents WHERE phone_number_id = $1 AND kind = $2',
        [phoneNumberId, kind],
      );
      await storage.audit.record(tx, { kind: 'settings', phoneNumberId, details: { setting: kind, app_id: appId } });
      await tx.query(
        `INSERT INTO number_documents (phone_number_id, kind, value, updated_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (phone_number_id, kind) DO UPDATE SET value = $3, updated_at_ms = $4`,
        [phoneNumberId, kind, JSON.stringify(next(row?.value ?? null)), storage.clock.now()],
      );
      await alongside?.(tx);
      return true;
    });
  }
}

/**
 * Keeps others from changing what a number shows, and the number from leaving, until the transaction is over. False when the
 * number is not registered.
 */
export async function holdNumber(tx: Transaction, phoneNumberId: string): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`what ${phoneNumberId} shows`]);
  const rows = await tx.query("SELECT FROM numbers WHERE phone_number_id = $1 AND state = 'registered' FOR SHARE", [
    phoneNumberId,
  ]);
  return rows.length > 0;
}
