import { limits, type PutPrekeys } from '@postern/protocol';
import type { Operations, Requester } from './operations.ts';
import { notAuthenticated, tooMany } from './request-error.ts';

/** Stores a device's prekeys, all or none; answered with how many are left to hand out. */
export async function putPrekeys(
  { keys }: Operations,
  { connection, answer }: Requester,
  request: PutPrekeys,
): Promise<void> {
  const { address } = connection.getAttachment(request.attachment);
  const { oneTime, kyberOneTime, signed = null, kyberLastResort = null, replacesOneTime } = request;
  const most = limits.maxPrekeysPerUpload;
  if (oneTime.length > most || kyberOneTime.length > most) throw tooMany('Upload fewer prekeys at once.');
  const result = await keys.put(address, { oneTime, kyberOneTime, signed, kyberLastResort, replacesOneTime });
  if (result === 'too-many') throw tooMany('The directory keeps no more prekeys of this device.');
  if (result === 'unknown-device') throw notAuthenticated();
  answer({ case: 'prekeysStored', value: { prekeys: result.stored } });
}
