import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import type { QrCode } from '../../../numbers/qr-codes.ts';
import { parseFields, type FieldList, type RequestedFields } from '../../fields.ts';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { deepLinkUrl, imageFormats, qrImageUrl, type ImageFormat } from '../../qr-links.ts';
import { fieldsOf, nothing, oneOf, pageOf, paging, succeeded, text, webLink } from '../../shapes.ts';
import { notRegisteredError, requireSettings } from './registered-number.ts';

const edge = 'message_qrdls';
const oneEdge = 'message_qrdls/{code}';
const permission = 'whatsapp_business_management';

const fieldList = {
  nodeType: 'WhatsAppBusinessMessageQRCode',
  all: ['code', 'prefilled_message', 'deep_link_url', 'qr_image_url'],
  unasked: ['code', 'prefilled_message', 'deep_link_url'],
} as const satisfies FieldList<string>;

type QrField = (typeof fieldList.all)[number];

const codeText = Type.String({ pattern: '^[A-Z2-7]{14}$' });
const shownCode = Type.Object({
  code: Type.Optional(codeText),
  prefilled_message: Type.Optional(Type.String()),
  deep_link_url: Type.Optional(webLink),
  qr_image_url: Type.Optional(webLink),
});

/** `POST /{phone}/message_qrdls` (contract section 5.4): makes a code, or changes what one says. */
export const saveQrCode: PhoneNumberOperation = {
  name: 'save qr code',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Makes a code that people scan to write to the number, or changes what one says',
    differs: 'The links lead to the host that was asked, not to wa.me.',
    takes: Type.Object({
      prefilled_message: text(limits.maxPrefilledMessageCharacters),
      code: Type.Optional(codeText),
      generate_qr_image: Type.Optional(oneOf(imageFormats)),
    }),
    answers: shownCode,
  },
  async run({ qrCodes }, { node, caller, parameters, url }) {
    const prefilledMessage = parameters.getText('prefilled_message', limits.maxPrefilledMessageCharacters);
    const format = parameters.findChoice('generate_qr_image', imageFormats);
    const code = parameters.findText('code');
    const saved =
      code === null
        ? await qrCodes.create(node.id, prefilledMessage, caller.appId)
        : await qrCodes.update(node.id, { code, prefilledMessage }, caller.appId);
    if (saved === 'not-registered') throw notRegisteredError();
    if (saved === 'too-many') throw parameterError(`A number has at most ${limits.maxQrCodesPerNumber} codes.`);
    if (saved === 'unknown') throw parameterError('Param code must be a code of this number.');
    const shown = {
      code: saved.code,
      prefilled_message: prefilledMessage,
      deep_link_url: deepLinkUrl(saved.code, url),
    };
    return { ...shown, ...(format !== null && { qr_image_url: qrImageUrl(saved.code, format, url) }) };
  },
};

/** `GET /{phone}/message_qrdls` */
export const listQrCodes: PhoneNumberOperation = {
  name: 'list qr codes',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists the codes that people scan to write to the number',
    differs: 'The links lead to the host that was asked, not to wa.me.',
    takes: Type.Object({ ...fieldsOf(fieldList), ...paging }),
    answers: pageOf(shownCode),
  },
  async run(services, { node, parameters, url }) {
    const fields = parseFields<QrField>(parameters, fieldList);
    await requireSettings(services, node);
    const page = takePage(await services.qrCodes.list(node.id), parameters);
    const data = page.items.map((code) => describeCode(code, fields, url));
    return answerPage(page, data, url);
  },
};

/** `GET /{phone}/message_qrdls/{code}` */
export const getQrCode: PhoneNumberOperation = {
  name: 'qr code',
  method: 'GET',
  edge: oneEdge,
  permission,
  schema: {
    summary: 'Shows one code',
    differs: 'The links lead to the host that was asked, not to wa.me.',
    takes: Type.Object(fieldsOf(fieldList)),
    answers: Type.Object({ data: Type.Array(shownCode) }),
  },
  async run({ qrCodes }, { node, parameters, url }) {
    const fields = parseFields<QrField>(parameters, fieldList);
    const code = await qrCodes.find(node.id, parameters.getText('code'));
    if (!code) throw unknownObjectError('GET', node.id);
    return { data: [describeCode(code, fields, url)] };
  },
};

/** `POST /{phone}/message_qrdls/{code}`: another way to change what a code says, which clients use. */
export const updateQrCode: PhoneNumberOperation = {
  name: 'update qr code',
  method: 'POST',
  edge: oneEdge,
  permission,
  schema: {
    summary: 'Changes what a code says',
    takes: Type.Object({
      prefilled_message: text(limits.maxPrefilledMessageCharacters),
      generate_qr_image: Type.Optional(oneOf(imageFormats)),
    }),
    answers: shownCode,
  },
  run: (services, call) => saveQrCode.run(services, call),
};

/** `DELETE /{phone}/message_qrdls/{code}` */
export const deleteQrCode: PhoneNumberOperation = {
  name: 'delete qr code',
  method: 'DELETE',
  edge: oneEdge,
  permission,
  schema: { summary: 'Removes a code', takes: nothing, answers: succeeded },
  async run({ qrCodes }, { node, caller, parameters }) {
    if (!(await qrCodes.remove(node.id, parameters.getText('code'), caller.appId)))
      throw unknownObjectError('DELETE', node.id);
    return success;
  },
};

function describeCode(
  { code, prefilledMessage }: QrCode,
  fields: RequestedFields<QrField>,
  url: string,
): Record<string, string> {
  const values: Record<QrField, () => string> = {
    code: () => code,
    prefilled_message: () => prefilledMessage,
    deep_link_url: () => deepLinkUrl(code, url),
    qr_image_url: () => qrImageUrl(code, parseFormat(fields), url),
  };
  return Object.fromEntries([...fields.keys()].map((field) => [field, values[field]()]));
}

/** `qr_image_url.format(SVG)`; an SVG unless told. */
function parseFormat(fields: RequestedFields<QrField>): ImageFormat {
  return fields.get('qr_image_url')?.parameters.findChoice('format', imageFormats) ?? 'SVG';
}
