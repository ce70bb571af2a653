import type { Queryable } from '@postern/postgres';

/** An envelope as the table has it: all that the transport knows of a message. */
export interface InspectedEnvelope {
  position: number;
  senderAccountId: string;
  senderPhoneNumber: string | null;
  recipientAccountId: string;
  recipientPhoneNumber: string | null;
  envelopeType: number;
  bytes: number;
  storedAtMs: number;
  ciphertext: string;
  commitment: string;
}

/** An account as the tables have it. */
export interface InspectedAccount {
  accountId: string;
  phoneNumber: string;
  closedAtMs: number | null;
  oneTimePrekeys: number;
  kyberOneTimePrekeys: number;
}

/** An encrypted attachment as the table has it. */
export interface InspectedBlob {
  blobId: string;
  senderAccountId: string;
  senderPhoneNumber: string | null;
  bytes: number;
  storedAtMs: number;
}

/** The envelopes that wait in mailboxes, newest first. */
export function inspectEnvelopes(db: Queryable, limit: number): Promise<InspectedEnvelope[]> {
  return db.query<InspectedEnvelope>(
    `SELECT m.position,
            m.peer_account_id AS "senderAccountId", sender.phone_number AS "senderPhoneNumber",
            m.account_id AS "recipientAccountId", recipient.phone_number AS "recipientPhoneNumber",
            m.envelope_type AS "envelopeType", length(m.ciphertext) AS bytes, m.stored_at_ms AS "storedAtMs",
            translate(encode(m.ciphertext, 'base64'), E'\\n', '') AS ciphertext,
            encode(m.commitment, 'hex') AS commitment
       FROM (SELECT * FROM mailbox WHERE kind = 'envelope' ORDER BY stored_at_ms DESC, position DESC LIMIT $1) m
       LEFT JOIN accounts sender ON sender.account_id = m.peer_account_id
       LEFT JOIN accounts recipient ON recipient.account_id = m.account_id
      ORDER BY m.position DESC`,
    [limit],
  );
}

/** The accounts, newest first, with how many one-time prekeys they have left. */
export function inspectAccounts(db: Queryable, limit: number): Promise<InspectedAccount[]> {
  return db.query<InspectedAccount>(
    `SELECT a.account_id AS "accountId", a.phone_number AS "phoneNumber", a.closed_at_ms AS "closedAtMs",
            count(*) FILTER (WHERE p.kind = 'ec') AS "oneTimePrekeys",
            count(*) FILTER (WHERE p.kind = 'kyber') AS "kyberOneTimePrekeys"
       FROM (SELECT * FROM accounts ORDER BY created_at_ms DESC LIMIT $1) a
       LEFT JOIN one_time_prekeys p ON p.account_id = a.account_id AND p.handed_out_at_ms IS NULL
      GROUP BY a.account_id, a.phone_number, a.closed_at_ms, a.created_at_ms
      ORDER BY a.created_at_ms DESC`,
    [limit],
  );
}

/** The encrypted attachments, newest first. */
export function inspectBlobs(db: Queryable, limit: number): Promise<InspectedBlob[]> {
  return db.query<InspectedBlob>(
    `SELECT replace(b.blob_id::text, '-', '') AS "blobId", b.account_id AS "senderAccountId",
            sender.phone_number AS "senderPhoneNumber", b.bytes, b.stored_at_ms AS "storedAtMs"
       FROM (SELECT * FROM blobs ORDER BY stored_at_ms DESC LIMIT $1) b
       LEFT JOIN accounts sender ON sender.account_id = b.account_id
      ORDER BY b.stored_at_ms DESC`,
    [limit],
  );
}
