import { parseAccountId, parseDeviceId } from '@postern/protocol';
import { HttpError } from '@postern/service';
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import type { Address } from '../address.ts';
import { answerFromStore } from './store-errors.ts';

/**
 * The device that makes a request: `Authorization: Basic`, with `<account id>.<device id>` as its name and the secret in
 * base64url as its password.
 * @throws HttpError 401
 */
export async function authenticateDevice(request: FastifyRequest, accounts: Accounts): Promise<Address> {
  const credential = readCredential(request.headers.authorization ?? '');
  const device =
    credential && (await answerFromStore(() => accounts.authenticate(credential.address, credential.secret)));
  if (credential === null || device === null)
    throw new HttpError(401, 'not_authenticated', "Send a device's account, number and secret as Basic credentials.");
  return credential.address;
}

function readCredential(header: string): { address: Address; secret: Buffer } | null {
  const [scheme = '', encoded = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'basic') return null;
  const [, account = '', device = '', secret = ''] =
    /^([^.:]+)\.(\d{1,3}):([\w-]+)$/.exec(Buffer.from(encoded, 'base64').toString('latin1')) ?? [];
  const accountId = parseAccountId(account);
  const deviceId = parseDeviceId(Number(device));
  return accountId && deviceId ? { address: { accountId, deviceId }, secret: Buffer.from(secret, 'base64url') } : null;
}
