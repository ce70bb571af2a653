import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { declaredType } from '../../../media/media-refused.ts';
import { maxBytesOf, type MediaKindName } from '../../../media/media-kinds.ts';
import { parameterError } from '../../graph-errors.ts';
import type { PhoneNumberOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { requireRegistered } from './registered-number.ts';
import { graphId, messagingProduct } from '../../shapes.ts';

const products = ['whatsapp'] as const;

/** `POST /{phone}/media` (contract section 3.1): read while it comes in, kept when it is whole and what it is said to be. */
export const uploadMedia: PhoneNumberOperation = {
  name: 'upload media',
  method: 'POST',
  edge: 'media',
  permission: 'whatsapp_business_messaging',
  file: 'multipart',
  schema: {
    summary: 'Uploads a medium',
    takes: Type.Object({
      messaging_product: messagingProduct,
      file: Type.String({ format: 'binary', description: 'A part of multipart/form-data.' }),
      type: Type.Optional(Type.String({ description: 'The media type; what the part says unless told.' })),
      ttl_minutes: Type.Optional(
        Type.Integer({ minimum: limits.minMediaTtlMinutes, maximum: limits.maxMediaTtlMinutes }),
      ),
    }),
    answers: Type.Object({ id: graphId }),
  },
  async run(services, { node, parameters, form }) {
    if (!form) throw parameterError('Send the file as multipart/form-data, in a part that is called file.');
    const retentionHours = await requireRegistered(services, node);
    const { media } = services;
    const { fields, file } = await form.read({
      take: (bytes) => media.take(node.id, bytes),
      drop: (draft) => media.drop(draft),
    });
    if (!file) throw parameterError('The parameter file is required.');
    const told = await tellOrDrop(
      () => parseFields(parameters.extend(fields), file.contentType),
      () => media.drop(file.taken),
    );
    const { filename } = file;
    const id = await media.add(file.taken, { wabaId: node.wabaId, filename, retentionHours, ...told });
    return { id };
  },
};

interface ToldOfFile {
  readonly type: string | null;
  readonly kind: MediaKindName | null;
  readonly ttlMs: number | null;
}

/** What the fields beside the file say, wherever in the request they stand. @throws GraphError */
function parseFields(parameters: Parameters, partType: string | null): ToldOfFile {
  parameters.getChoice('messaging_product', products);
  const word = parameters.findText('type');
  const kind = word !== null && Object.hasOwn(maxBytesOf, word) ? (word as MediaKindName) : null;
  return { type: declaredType(word, partType), kind, ttlMs: findTtlMs(parameters) };
}

function findTtlMs(parameters: Parameters): number | null {
  const minutes = parameters.findNumber('ttl_minutes');
  if (minutes === null) return null;
  const { minMediaTtlMinutes: least, maxMediaTtlMinutes: most } = limits;
  if (Number.isInteger(minutes) && minutes >= least && minutes <= most) return minutes * 60_000;
  throw parameterError(`Param ttl_minutes must be a whole number from ${least} to ${most}.`);
}

async function tellOrDrop<Told>(tell: () => Told, drop: () => Promise<void>): Promise<Told> {
  try {
    return tell();
  } catch (error) {
    await drop();
    throw error;
  }
}
