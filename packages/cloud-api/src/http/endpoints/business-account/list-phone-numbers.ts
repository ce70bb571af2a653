import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import type { BusinessAccountOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { answerPage, takePage } from '../../paging.ts';
import { oneOf, pageOf, paging } from '../../shapes.ts';
import { phoneNumberFieldsParameter, shownPhoneNumber } from '../phone-number/phone-number-shape.ts';
import { describePhoneNumber, parsePhoneNumberFields } from '../phone-number/phone-number.ts';

// The guides of the contract and its OpenAPI file have different words for the same.
const orders = [
  'last_onboarded_time_ascending',
  'last_onboarded_time_descending',
  'last_onboarded_time.asc',
  'last_onboarded_time.desc',
  'creation_time.asc',
  'creation_time.desc',
] as const;
const modes = ['SANDBOX', 'LIVE'] as const;
const filter = Type.Object({
  field: oneOf(['account_mode']),
  operator: oneOf(['EQUAL']),
  value: oneOf(modes),
});

/** `GET /{waba}/phone_numbers` (contract section 5.1). */
export const listPhoneNumbers: BusinessAccountOperation = {
  name: 'list phone numbers',
  method: 'GET',
  edge: 'phone_numbers',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Lists the phone numbers of the account',
    takes: Type.Object({
      ...phoneNumberFieldsParameter,
      ...paging,
      sort: Type.Optional(oneOf(orders)),
      filtering: Type.Optional(Type.Array(filter)),
    }),
    answers: pageOf(shownPhoneNumber),
  },
  async run(services, { node, caller, parameters, url }) {
    const fields = parsePhoneNumberFields(parameters);
    const numbers = await sortNumbers(services, filterNumbers(node.phoneNumbers, parameters), parameters);
    const page = takePage(numbers, parameters);
    const shown = page.items.map((phone) => describePhoneNumber(services, phone, { appId: caller.appId, fields }));
    return answerPage(page, await Promise.all(shown), url);
  },
};

/** Every number of this server is live. @throws GraphError */
function filterNumbers(numbers: readonly PhoneNumberNode[], parameters: Parameters): readonly PhoneNumberNode[] {
  const filters = parameters.findList('filtering', { min: 0, max: limits.maxFilters }) ?? [];
  const wanted = filters.map((each) => {
    each.getChoice('field', ['account_mode'] as const);
    each.getChoice('operator', ['EQUAL'] as const);
    return each.getChoice('value', modes);
  });
  return wanted.includes('SANDBOX') ? [] : numbers;
}

/** By when they were made, or registered last; those that are not registered then stand at the end. @throws GraphError */
async function sortNumbers(
  { numbers }: Services,
  listed: readonly PhoneNumberNode[],
  parameters: Parameters,
): Promise<readonly PhoneNumberNode[]> {
  const order = parameters.findChoice('sort', orders);
  // They are listed in the order in which they were made.
  if (order === null || order === 'creation_time.asc') return listed;
  if (order === 'creation_time.desc') return listed.toReversed();
  const sign = /asc(ending)?$/.test(order) ? 1 : -1;
  const since = new Map<string, number>();
  for (const { id } of listed) since.set(id, (await numbers.findSetup(id))?.registeredAtMs ?? sign * Infinity);
  return listed.toSorted((one, other) => {
    const [left, right] = [since.get(one.id) ?? 0, since.get(other.id) ?? 0];
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}
