import type { ClientFrame } from '@postern/protocol';
import type { Logger } from '@postern/service';
import type { Accounts } from '../accounts/accounts.ts';
import type { Usernames } from '../accounts/usernames.ts';
import type { KeyDirectory } from '../keys/key-directory.ts';
import type { ReadPage } from '../mailbox/attached-mailbox.ts';
import type { AttachedMailboxes } from '../mailbox/attached-mailboxes.ts';
import type { WriteQueue } from '../mailbox/write-queue.ts';
import { acknowledge } from './acknowledge.ts';
import { attachAccount } from './attach-account.ts';
import type { Connection } from './connection.ts';
import { fetchBundles } from './fetch-bundles.ts';
import { findAccounts } from './find-accounts.ts';
import type { ServerBody } from './frames.ts';
import { putPrekeys } from './put-prekeys.ts';
import { malformed } from './request-error.ts';
import { sendBatch } from './send-batch.ts';

/** What requests are carried out with. */
export interface Operations {
  accounts: Accounts;
  usernames: Pick<Usernames, 'named'>;
  keys: KeyDirectory;
  writes: WriteQueue;
  mailboxes: AttachedMailboxes;
  readPage: ReadPage;
  logger: Logger;
}

/** Where a request came from, and where its answer goes. */
export interface Requester {
  connection: Connection;
  answer: (body: ServerBody) => void;
}

/** Carries out one request. Throws what the requester is to be told. */
export async function operate(operations: Operations, requester: Requester, { body }: ClientFrame): Promise<void> {
  switch (body.case) {
    case 'attachAccount':
      return attachAccount(operations, requester, body.value);
    case 'putPrekeys':
      return putPrekeys(operations, requester, body.value);
    case 'findAccounts':
      return findAccounts(operations, requester, body.value);
    case 'fetchBundles':
      return fetchBundles(operations, requester, body.value);
    case 'sendBatch':
      return sendBatch(operations, requester, body.value);
    case 'acknowledge':
      return acknowledge(operations, requester, body.value);
    case 'hello':
    case undefined:
      throw malformed('This is no request.');
  }
}
