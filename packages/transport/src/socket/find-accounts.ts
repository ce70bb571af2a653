import { limits, parsePhoneNumber, uuidToBytes, type FindAccounts } from '@postern/protocol';
import type { Operations, Requester } from './operations.ts';
import { rateLimited, tooMany } from './request-error.ts';

/** Says which accounts have these phone numbers; what is no phone number is not found. */
export async function findAccounts(
  { accounts }: Operations,
  { connection, answer }: Requester,
  request: FindAccounts,
): Promise<void> {
  const { address } = connection.getAttachment(request.attachment);
  if (request.phoneNumbers.length > limits.maxPhoneNumbersPerLookup) throw tooMany('Look up fewer numbers at once.');
  const numbers = request.phoneNumbers.flatMap((digits) => parsePhoneNumber(digits) ?? []);
  const result = await accounts.find(address.accountId, numbers);
  if ('retryAfterMs' in result) throw rateLimited(result.retryAfterMs);
  const found = result.accounts.map(({ phoneNumber, accountId, deviceIds }) => ({
    phoneNumber,
    accountId: uuidToBytes(accountId),
    deviceIds: [...deviceIds],
  }));
  answer({ case: 'accountsFound', value: { accounts: found } });
}
