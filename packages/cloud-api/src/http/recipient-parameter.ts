import { parseUserId, type PhoneNumber, type UserId } from '@postern/protocol';
import { gaps } from '../contract/gaps.ts';
import type { PhoneNumberNode } from '../access/introspection.ts';
import { GraphError, valueError } from './graph-errors.ts';
import type { Services } from './operation.ts';
import type { Parameters } from './parameters.ts';
import { getPhoneNumber } from './phone-number-parameter.ts';

/** To whom a message goes. */
export interface Recipient {
  /** As the request wrote it. */
  readonly input: string;
  readonly to: PhoneNumber;
  /** The user id that the request named them by; null when it named none, or somebody else's. */
  readonly userId: UserId | null;
  /** The request did not name their phone number. */
  readonly isToUserId: boolean;
}

/** Reads `to`, which wins when both are there, or `recipient` (contract section 2.1). @throws GraphError */
export async function getRecipient(
  services: Pick<Services, 'userIds'>,
  node: PhoneNumberNode,
  parameters: Parameters,
): Promise<Recipient> {
  if (!parameters.has('recipient')) return { ...getNumbered(parameters), userId: null, isToUserId: false };
  if (!parameters.has('to')) return getNamed(services, node, parameters);
  const { input, to } = getNumbered(parameters);
  const userId = parseUserId(parameters.getText('recipient'));
  const user = userId && (await services.userIds.find(node.id, userId));
  return { input, to, userId: user?.person === to ? userId : null, isToUserId: false };
}

function getNumbered(parameters: Parameters): Pick<Recipient, 'input' | 'to'> {
  const { input, phoneNumber: to } = getPhoneNumber(parameters, 'to');
  return { input, to };
}

async function getNamed(
  { userIds }: Pick<Services, 'userIds'>,
  node: PhoneNumberNode,
  parameters: Parameters,
): Promise<Recipient> {
  const input = parameters.getText('recipient');
  const userId = parseUserId(input);
  if (!userId) throw valueError('Param recipient must be a user id as webhooks give it.');
  const user = await userIds.find(node.id, userId);
  if (user) return { input, to: user.person, userId, isToUserId: true };
  throw new GraphError(gaps.unknownUserIdCode, {
    details: 'Param recipient names nobody whom this business has had anything to do with lately.',
  });
}
