import { Type, type Static, type TObject, type TProperties } from 'typebox';
import { Compile } from 'typebox/compile';

// Never of a length that a phone number has (E.164: 7 to 15 digits).
const graphId = Type.String({ pattern: '^(?![0-9]{7,15}$)[A-Za-z0-9-]{1,64}$' });
const receiptId = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });
const count = Type.Integer({ minimum: 0 });
/** Hours since 1970. */
const hour = Type.Integer({ minimum: 0, maximum: 9_999_999 });

const closed = <T extends TProperties>(properties: T): TObject<T> =>
  Type.Object(properties, { additionalProperties: false });
const oneOf = <T extends string>(...names: readonly T[]) => Type.Enum([...names] as T[]);

const keyNames = Type.Union([
  closed({ key: Type.Literal('time'), retention_hours: count, slot: count }),
  closed({ key: Type.Literal('number') }),
  closed({ key: Type.Literal('shard'), shard: count, version: count }),
]);

/**
 * Every kind of entry of the audit log, and what it may say. There is no place in it for a phone number, a name, a text
 * or a message id (which has a phone number inside).
 */
const detailsOf = {
  /** Keys were used to seal or to run the protocol, without content being opened for anybody. */
  'key-use': closed({ purpose: oneOf('accepting', 'receiving', 'sessions', 'device'), hour }),
  /** Stored content was opened. */
  'content-access': closed({
    purpose: oneOf('api', 'webhook', 'sending', 'retransmission', 'counting', 'export'),
    hour,
  }),
  'key-created': keyNames,
  'key-destroyed': keyNames,
  /** The root key was replaced: no older copy of the keyring opens any more. */
  'root-ratcheted': closed({ generation: count, destroyed: count }),
  /** Says nothing of how much there was: whether somebody wrote to the business is nobody's business after it. */
  'erasure-begun': closed({ receipt_id: receiptId }),
  'erasure-done': closed({ receipt_id: receiptId, messages: count, sessions: count }),
  export: closed({ receipt_id: receiptId, messages: count }),
  settings: Type.Union([
    closed({ setting: Type.Literal('retention_hours'), value: count, app_id: graphId }),
    closed({ setting: Type.Literal('throughput_level'), value: oneOf('STANDARD', 'HIGH'), app_id: graphId }),
    closed({ setting: Type.Literal('checks_identity'), value: Type.Boolean(), app_id: graphId }),
    closed({
      setting: oneOf(
        'webhook_set',
        'webhook_removed',
        'webhook_override_set',
        'webhook_override_removed',
        'app_subscribed',
        'app_unsubscribed',
        'two_step_pin',
        'business_encryption_key',
        'profile',
        'commerce',
        'automation',
        'compliance',
        'qr_codes',
        'username',
        'display_name',
        'search_visibility',
      ),
      app_id: graphId,
    }),
  ]),
  'number-registered': closed({}),
  'number-deregistered': closed({}),
  /** Something that an operator did. */
  'administrative-act': closed({ act: oneOf('sub-processors-declared') }),
  /** A business accepted the terms in force; which ones stands in its own list. */
  'terms-accepted': closed({ app_id: graphId }),
  'clock-suspect': closed({}),
  /** The database was found to be older than the keyring: sessions of so many numbers were given up. */
  'restore-guard': closed({ numbers: count }),
} as const;

type DetailsOf = { readonly [Kind in keyof typeof detailsOf]: Static<(typeof detailsOf)[Kind]> };

/** Something to account for. */
export type AuditEntry = {
  [Kind in keyof DetailsOf]: {
    readonly kind: Kind;
    readonly details: DetailsOf[Kind];
    /** The business account concerned; that of the number when it is left out. */
    readonly wabaId?: string;
    readonly phoneNumberId?: string;
  };
}[keyof DetailsOf];

/** What is to be logged could name a person, or is of no known form. Nothing was written. */
export class AuditEntryError extends Error {
  override readonly name = 'AuditEntryError';
  readonly retryable = false;
}

const checkedDetails = new Map(Object.entries(detailsOf).map(([kind, schema]) => [kind, Compile(schema)]));
const checkedId = Compile(graphId);

/** @throws AuditEntryError, without a word of what was in it */
export function checkAuditEntry({ kind, details, wabaId, phoneNumberId }: AuditEntry): void {
  const ids = [wabaId, phoneNumberId].filter((id) => id !== undefined);
  if (checkedDetails.get(kind)?.Check(details) && ids.every((id) => checkedId.Check(id))) return;
  throw new AuditEntryError(`an entry of the kind ${kind} does not have the form of its kind`);
}
