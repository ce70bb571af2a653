import { ContentSchema, decode } from '@postern/protocol';
import type { JsonObject, JsonValue } from '../../contract/json-value.ts';
import type { FlowName } from '../sendable-flow.ts';

/** The flow that a message of a business leads to, and the token that it gave it. */
export interface AskedFlow extends FlowName {
  readonly token: string;
}

/** What a message, or one of its buttons, leads to; null when that is no flow. */
export function askedFlow(content: Uint8Array, button: number): AskedFlow | null {
  const body = decode(ContentSchema, content)?.body;
  const message = body?.case === 'message' ? body.value.body : null;
  if (message?.case === 'interactive' && message.value.type === 'flow') {
    const { action } = JSON.parse(message.value.json) as { action: { parameters: JsonObject } };
    return named(action.parameters);
  }
  if (message?.case !== 'template') return null;
  const { buttons = [] } = JSON.parse(message.value.json) as { buttons?: readonly JsonObject[] };
  const tapped = buttons[button];
  return tapped?.['type'] === 'flow' ? named(tapped) : null;
}

function named(parameters: JsonObject): AskedFlow {
  return {
    id: textOf(parameters['flow_id']),
    name: textOf(parameters['flow_name']),
    mode: parameters['mode'] === 'draft' ? 'draft' : 'published',
    token: textOf(parameters['flow_token']) ?? 'unused',
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
