import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { readChecked } from '../../flows/flow-definition.ts';
import { mistakesSchema } from '../../flows/flow-schema.ts';
import { flowUrl } from '../../flows/flow-url.ts';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import type { MultipartBody } from '../../multipart.ts';
import type { FlowOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { pageOf, paging, webLink } from '../../shapes.ts';

const edge = 'assets';
const permission = 'whatsapp_business_management';
const name = 'flow.json';
const assetType = 'FLOW_JSON';

/** `GET /{flow}/assets` (contract section 5.6). */
export const listFlowAssets: FlowOperation = {
  name: 'list flow assets',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists the file of a flow, with a URL where it can be had for an hour',
    takes: Type.Object(paging),
    answers: pageOf(
      Type.Object({ name: Type.Literal(name), asset_type: Type.Literal(assetType), download_url: webLink }),
    ),
  },
  async run({ flowLinks }, { node, parameters, url }) {
    const page = takePage([node.flow], parameters);
    const link = await flowLinks.linkFile(node.flow);
    const data = page.items.map(() => {
      return { name, asset_type: assetType, download_url: flowUrl('file', link, url) };
    });
    return answerPage(page, data, url);
  },
};

/** `POST /{flow}/assets`: replaces the file of a draft, whatever is wrong with it. */
export const setFlowAsset: FlowOperation = {
  name: 'set flow asset',
  method: 'POST',
  edge,
  permission,
  file: 'multipart',
  schema: {
    summary: 'Replaces the file of a draft, and says what is wrong with it',
    differs: 'A file has at most 512 KiB, not 10 MB.',
    takes: Type.Object({
      file: Type.String({ format: 'binary', description: 'flow.json, as a part of multipart/form-data.' }),
      name: Type.Literal(name),
      asset_type: Type.Literal(assetType),
    }),
    answers: Type.Object({ success: Type.Literal(true), validation_errors: mistakesSchema }),
  },
  async run({ flows }, { node, parameters, form }) {
    if (!form) throw parameterError('Send the file as multipart/form-data, in a part that is called file.');
    const { text, parameters: all } = await readFile(form, parameters);
    all.getChoice('name', [name] as const);
    all.getChoice('asset_type', [assetType] as const);
    const document = readChecked(text, 'file');
    if (!(await flows.setDocument(node, document))) throw unknownObjectError('POST', node.id);
    return { success: true, validation_errors: document.mistakes };
  },
};

/** The file, and the parameters that stand around it. A file may come as a part of text too. @throws GraphError */
async function readFile(
  form: MultipartBody,
  parameters: Parameters,
): Promise<{ text: string; parameters: Parameters }> {
  const { fields, file } = await form.read({ take: collect, drop: async () => undefined });
  const all = parameters.extend(fields);
  const text = file ? file.taken : all.findText('file');
  if (text === null) throw parameterError('The parameter file is required.');
  return { text, parameters: all };
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > limits.maxFlowJsonBytes)
      throw parameterError(`Param file must be at most ${limits.maxFlowJsonBytes} bytes long.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
