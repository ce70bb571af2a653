import { GraphError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import type { OutgoingMessage } from '../message-type.ts';
import { parseTemplateRequest } from './template-request.ts';

/** A business has no templates here yet, so that none has the name. */
export function parseTemplate(parameters: Parameters): OutgoingMessage {
  parseTemplateRequest(parameters.getObject('template'));
  throw new GraphError(132001, {
    details: "Param template['name'] must be the name of an approved template in this language.",
  });
}
