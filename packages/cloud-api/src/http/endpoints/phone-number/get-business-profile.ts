import { Type } from 'typebox';
import type { BusinessProfile } from '../../../numbers/number-documents.ts';
import { parseFields, type FieldList } from '../../fields.ts';
import type { PhoneNumberOperation } from '../../operation.ts';
import { profilePictureUrl } from '../../profile-picture-download.ts';
import { requireSettings } from './registered-number.ts';

const fieldList = {
  nodeType: 'WhatsAppBusinessProfile',
  all: [
    'messaging_product',
    'id',
    'about',
    'address',
    'description',
    'email',
    'profile_picture_url',
    'vertical',
    'websites',
  ],
  unasked: ['messaging_product'],
} as const satisfies FieldList<string>;

type ProfileField = (typeof fieldList.all)[number];

const text = Type.Optional(Type.String());

/** `GET /{phone}/whatsapp_business_profile` (contract section 5.4). What was not told is left out. */
export const getBusinessProfile: PhoneNumberOperation = {
  name: 'business profile',
  method: 'GET',
  edge: 'whatsapp_business_profile',
  permission: 'whatsapp_business_messaging',
  schema: {
    summary: 'Shows how the business presents itself behind the number',
    differs: 'It is kept and shown to programs; phones do not show it.',
    takes: Type.Object({ fields: Type.Optional(Type.String()) }),
    answers: Type.Object({
      data: Type.Array(
        Type.Object({
          messaging_product: Type.Literal('whatsapp'),
          id: text,
          about: text,
          address: text,
          description: text,
          email: text,
          profile_picture_url: text,
          vertical: text,
          websites: Type.Optional(Type.Array(Type.String())),
        }),
      ),
    }),
  },
  async run(services, { node, parameters, url }) {
    const fields = parseFields<ProfileField>(parameters, fieldList);
    await requireSettings(services, node);
    const profile: BusinessProfile = (await services.numberDocuments.find(node.id, 'profile')) ?? {};
    const picture = fields.has('profile_picture_url') ? await services.profilePictures.findName(node.id) : null;
    const values: Partial<Record<ProfileField, unknown>> = {
      id: node.id,
      ...profile,
      vertical: profile.vertical ?? 'UNDEFINED',
      ...(picture !== null && { profile_picture_url: profilePictureUrl(picture, url) }),
    };
    const shown = [...fields.keys()].flatMap((field) => (values[field] === undefined ? [] : [[field, values[field]]]));
    return { data: [{ ...(Object.fromEntries(shown) as object), messaging_product: 'whatsapp' }] };
  },
};
