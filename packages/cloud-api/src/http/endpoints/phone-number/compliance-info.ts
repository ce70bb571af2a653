import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import type { ComplianceContact, ComplianceInfo } from '../../../numbers/number-documents.ts';
import { succeeded } from '../../shapes.ts';
import { parameterError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { notRegisteredError, requireSettings } from './registered-number.ts';

const edge = 'business_compliance_info';
const permission = 'whatsapp_business_management';
const entityTypes = [
  'LIMITED_LIABILITY_PARTNERSHIP',
  'SOLE_PROPRIETORSHIP',
  'PARTNERSHIP',
  'PUBLIC_COMPANY',
  'PRIVATE_COMPANY',
  'OTHER',
] as const;

const text = Type.Optional(Type.String({ maxLength: limits.maxNameCharacters }));
const contact = Type.Optional(Type.Object({ name: text, email: text, landline_number: text, mobile_number: text }));
const info = {
  entity_name: text,
  entity_type: Type.Optional(Type.Enum([...entityTypes])),
  entity_type_custom: text,
  is_registered: Type.Optional(Type.Boolean()),
  grievance_officer_details: contact,
  customer_care_details: contact,
};

/** `GET /{phone}/business_compliance_info` (contract section 5.4). */
export const getComplianceInfo: PhoneNumberOperation = {
  name: 'compliance info',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Shows what the law of India wants to be known of the business',
    takes: Type.Object({}),
    answers: Type.Object({
      data: Type.Array(Type.Object({ ...info, messaging_product: Type.Literal('whatsapp') })),
    }),
  },
  async run(services, { node }) {
    await requireSettings(services, node);
    const told = await services.numberDocuments.find(node.id, 'compliance');
    return { data: told ? [{ ...describe(told), messaging_product: 'whatsapp' }] : [] };
  },
};

/** `POST /{phone}/business_compliance_info`: the whole of it, in the place of what was told before. */
export const setComplianceInfo: PhoneNumberOperation = {
  name: 'set compliance info',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Sets what the law of India wants to be known of the business',
    differs: 'It is kept and shown to programs; the phones of people do not show it.',
    takes: Type.Object({ ...info, messaging_product: Type.Literal('whatsapp') }),
    answers: succeeded,
  },
  async run({ numberDocuments }, { node, caller, parameters }) {
    parameters.getChoice('messaging_product', ['whatsapp'] as const);
    const told = parseInfo(parameters);
    if (!(await numberDocuments.change(node.id, 'compliance', { appId: caller.appId, next: () => told })))
      throw notRegisteredError();
    return success;
  },
};

function parseInfo(parameters: Parameters): ComplianceInfo {
  const entityType = parameters.findChoice('entity_type', entityTypes);
  const customEntityType = findName(parameters, 'entity_type_custom');
  if (entityType === 'OTHER' && customEntityType === undefined)
    throw parameterError('The parameter entity_type_custom is required for the entity_type OTHER.');
  const told = {
    entityName: parameters.getText('entity_name', limits.maxNameCharacters),
    entityType: entityType ?? undefined,
    customEntityType,
    isRegistered: parameters.findFlag('is_registered') ?? undefined,
    grievanceOfficer: findContact(parameters, 'grievance_officer_details'),
    customerCare: findContact(parameters, 'customer_care_details'),
  };
  return told as ComplianceInfo;
}

function findContact(parameters: Parameters, name: string): ComplianceContact | undefined {
  const told = parameters.findObject(name);
  if (!told) return undefined;
  const person = {
    name: findName(told, 'name'),
    email: findName(told, 'email'),
    landlineNumber: findName(told, 'landline_number'),
    mobileNumber: findName(told, 'mobile_number'),
  };
  return person as ComplianceContact;
}

function findName(parameters: Parameters, name: string): string | undefined {
  return parameters.findText(name, limits.maxNameCharacters) ?? undefined;
}

function describe(told: ComplianceInfo): object {
  const describeContact = (each?: ComplianceContact) =>
    each && {
      name: each.name,
      email: each.email,
      landline_number: each.landlineNumber,
      mobile_number: each.mobileNumber,
    };
  return {
    entity_name: told.entityName,
    entity_type: told.entityType,
    entity_type_custom: told.customEntityType,
    is_registered: told.isRegistered,
    grievance_officer_details: describeContact(told.grievanceOfficer),
    customer_care_details: describeContact(told.customerCare),
  };
}
