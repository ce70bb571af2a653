import { limits, type AttachAccount } from '@postern/protocol';
import { parseAddress } from '../address.ts';
import type { Operations, Requester } from './operations.ts';
import { malformed, notAuthenticated, tooMany } from './request-error.ts';

/** Opens a device's mailbox on this socket, in place of any other socket that has it open. */
export async function attachAccount(
  { accounts, keys, mailboxes, readPage }: Operations,
  { connection, answer }: Requester,
  request: AttachAccount,
): Promise<void> {
  const address = parseAddress(request);
  if (address === null) throw malformed('This is no account and device.');
  if (connection.attachmentsLeft <= 0) throw tooMany('This socket carries as many accounts as it may.');
  const device = await accounts.authenticate(address, request.secret);
  if (device === null) throw connection.refuseAttach();
  const prekeys = await keys.count(address);
  if (!connection.isOpen) return;
  if (connection.attachmentsLeft <= 0) throw tooMany('This socket carries as many accounts as it may.');
  if (accounts.wasClosedLately(address.accountId)) throw notAuthenticated();
  const window = Math.min(request.window === 0 ? limits.defaultWindow : request.window, limits.maxWindow);
  const attachment = connection.openAttachment(
    { address, phoneNumber: device.phoneNumber, username: device.username, window, readPage },
    ({ mailbox }) => {
      stopWatching();
      mailboxes.detach(mailbox);
    },
  );
  const stopWatching = keys.watch(address, prekeys, (counts) => attachment.keysLow(counts));
  mailboxes.attach(attachment.mailbox);
  answer({ case: 'accountAttached', value: { attachment: attachment.id, window, prekeys } });
  attachment.mailbox.start();
}
