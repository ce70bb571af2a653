import { Type } from 'typebox';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import { parseFields, pickFields, type RequestedFields } from '../../fields.ts';
import type { PhoneNumberOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { phoneNumberFields, type PhoneNumberField } from './phone-number-fields.ts';
import { phoneNumberFieldList, phoneNumberFieldsParameter, shownPhoneNumber } from './phone-number-shape.ts';

/** The fields of a number that a request asks for. @throws GraphError */
export function parsePhoneNumberFields(parameters: Parameters): RequestedFields<PhoneNumberField> {
  return parseFields(parameters, phoneNumberFieldList);
}

/** `GET /{phone}` (contract section 5.2). */
export const getPhoneNumber: PhoneNumberOperation = {
  name: 'phone number',
  method: 'GET',
  edge: null,
  permission: 'whatsapp_business_management',
  fields: phoneNumberFieldList.all,
  schema: {
    summary: 'Shows a phone number',
    takes: Type.Object(phoneNumberFieldsParameter),
    answers: shownPhoneNumber,
  },
  run(services, { node, caller, parameters }) {
    const fields = parsePhoneNumberFields(parameters);
    return describePhoneNumber(services, node, { appId: caller.appId, fields });
  },
};

/** A number as the app sees it. */
export async function describePhoneNumber(
  services: Services,
  node: PhoneNumberNode,
  { appId, fields }: { appId: string; fields: RequestedFields<PhoneNumberField> },
): Promise<Record<string, unknown>> {
  const shown = { services, node, appId, setup: await services.numbers.findSetup(node.id) };
  const values: Partial<Record<PhoneNumberField, unknown>> = {};
  for (const field of fields.keys()) values[field] = await phoneNumberFields[field](shown);
  return pickFields(values as Record<PhoneNumberField, unknown>, fields, node.id);
}
