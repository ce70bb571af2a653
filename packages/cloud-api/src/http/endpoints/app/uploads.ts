import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { findMediaForm } from '../../../media/media-kinds.ts';
import { gaps } from '../../../contract/gaps.ts';
import { parameterError } from '../../graph-errors.ts';
import type { AppOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { oneOf, text } from '../../shapes.ts';

/** `POST /{app}/uploads`: begins a resumable upload (contract section 3.3). */
export const beginUpload: AppOperation = {
  name: 'begin upload',
  method: 'POST',
  edge: 'uploads',
  permission: 'any',
  schema: {
    summary: 'Begins a resumable upload',
    takes: Type.Object({
      file_length: Type.Integer({ minimum: 1, maximum: limits.maxMediaBytes }),
      file_type: oneOf([...gaps.uploadTypes, 'image/jpg']),
      file_name: Type.Optional(text(limits.maxFilenameCharacters)),
    }),
    answers: Type.Object({ id: Type.String({ pattern: '^upload:' }) }),
  },
  async run({ uploads }, { caller, parameters }) {
    const length = parseLength(parameters);
    const mimeType = parseType(parameters, length);
    return { id: await uploads.begin(caller, { mimeType, length, filename: parameters.findText('file_name') }) };
  },
};

function parseLength(parameters: Parameters): number {
  const length = Number(parameters.getText('file_length'));
  if (Number.isSafeInteger(length) && length >= 1 && length <= limits.maxMediaBytes) return length;
  throw parameterError(`Param file_length must be a whole number from 1 to ${limits.maxMediaBytes}.`);
}

function parseType(parameters: Parameters, length: number): string {
  const form = findMediaForm(parameters.getText('file_type'));
  if (!form || !gaps.uploadTypes.includes(form.mimeType))
    throw parameterError(`Param file_type must be one of {${gaps.uploadTypes.join(', ')}}.`);
  if (length > form.maxBytes)
    throw parameterError(`Param file_length must be at most ${form.maxBytes} for a file of this type.`);
  return form.mimeType;
}
