import type { Parameters } from '../parameters.ts';
import { parsePlace } from './place.ts';
import { freeForm, type OutgoingMessage } from './message-type.ts';

export function parseLocation(parameters: Parameters): OutgoingMessage {
  return freeForm({ case: 'location', value: parsePlace(parameters.getObject('location')) });
}
