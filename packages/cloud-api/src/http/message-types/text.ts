import { limits } from '@postern/protocol';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { freeForm, type OutgoingMessage } from './message-type.ts';

export function parseText(parameters: Parameters): OutgoingMessage {
  const text = parameters.findObject('text');
  if (!text) throw parameterError("The parameter text['body'] is required.");
  const body = text.getText('body', limits.maxTextCharacters);
  return freeForm({ case: 'text', value: { body, previewUrl: text.findFlag('preview_url') ?? false } });
}
