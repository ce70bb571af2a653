import { Type } from 'typebox';
import type { PhoneNumberNode } from '../../../access/introspection.ts';
import { parseFields, pickFields, type FieldList, type RequestedFields } from '../../fields.ts';
import type { PhoneNumberOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { phoneNumberFields, type PhoneNumberField } from './phone-number-fields.ts';

const fieldList: FieldList<PhoneNumberField> = {
  nodeType: 'WhatsAppBusinessPhoneNumber',
  all: Object.keys(phoneNumberFields) as PhoneNumberField[],
  unasked: [
    'verified_name',
    'code_verification_status',
    'display_phone_number',
    'quality_rating',
    'platform_type',
    'throughput',
    'webhook_configuration',
    'last_onboarded_time',
    'id',
  ],
};

/** What is answered of a number: those of the fields that were asked for, and that have something to show. */
export const phoneNumberAnswer = Type.Object({
  ...Object.fromEntries(fieldList.all.map((field) => [field, Type.Optional(Type.Unknown())])),
  id: Type.String(),
});

/** The fields of a number that a request asks for. @throws GraphError */
export function parsePhoneNumberFields(parameters: Parameters): RequestedFields<PhoneNumberField> {
  return parseFields(parameters, fieldList);
}

/** `GET /{phone}` (contract section 5.2). */
export const getPhoneNumber: PhoneNumberOperation = {
  name: 'phone number',
  method: 'GET',
  edge: null,
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Shows a phone number',
    takes: Type.Object({ fields: Type.Optional(Type.String()) }),
    answers: phoneNumberAnswer,
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
