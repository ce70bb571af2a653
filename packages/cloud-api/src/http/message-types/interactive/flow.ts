import { limits } from '@postern/protocol';
import { findSendableFlow } from '../../../flows/sendable-flow.ts';
import { hasScreen } from '../../../flows/json/screen-definition.ts';
import { gaps } from '../../../contract/gaps.ts';
import { parameterError, valueError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import { hasEmoji } from '../emoji.ts';
import type { Chat } from '../message-type.ts';
import { present } from '../present.ts';
import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

const maxCharacters = limits.maxFieldCharacters;

/** A form to fill in. */
export const flow: InteractiveKind = {
  headers: ['text', 'image', 'video', 'document', 'gif'],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({
    name: checkActionName(action, 'flow'),
    parameters: parseFlow(action.getObject('parameters')),
  }),
  checkAction: (action, chat) => checkFlow(action.getObject('parameters'), chat),
};

function parseFlow(parameters: Parameters): object {
  const payload = parameters.findObject('flow_action_payload');
  return {
    flow_message_version: parameters.findChoice('flow_message_version', ['3'] as const) ?? '3',
    ...parseFlowName(parameters),
    flow_cta: parseButtonText(parameters),
    mode: parameters.findChoice('mode', ['published', 'draft'] as const) ?? 'published',
    flow_token: parameters.findText('flow_token', maxCharacters) ?? 'unused',
    flow_action: parameters.findChoice('flow_action', ['navigate', 'data_exchange'] as const) ?? 'navigate',
    ...(payload && {
      flow_action_payload: present({
        screen: payload.findText('screen', maxCharacters),
        data: payload.findJson('data'),
      }),
    }),
  };
}

/** There must be the flow, and the screen that it is to begin with. */
async function checkFlow(parameters: Parameters, { services, node }: Chat): Promise<void> {
  const name = parameters.has('flow_id') ? 'flow_id' : 'flow_name';
  const found = await findSendableFlow(services.flows, node.wabaId, {
    id: parameters.findText('flow_id', maxCharacters),
    name: parameters.findText('flow_name', maxCharacters),
    mode: parameters.findChoice('mode', ['published', 'draft'] as const) ?? 'published',
  });
  if (typeof found === 'string') throw valueError(`Param ${parameters.label(name)}: ${found}`);
  const payload = parameters.findObject('flow_action_payload');
  const screen = payload?.findText('screen', maxCharacters) ?? null;
  if (payload && screen !== null && !hasScreen(found.document, screen))
    throw valueError(`Param ${payload.label('screen')} must be a screen of the flow.`);
}

function parseFlowName(parameters: Parameters): object {
  const id = parameters.findText('flow_id', maxCharacters);
  const name = parameters.findText('flow_name', maxCharacters);
  const labels = `${parameters.label('flow_id')} and ${parameters.label('flow_name')}`;
  if (id === null && name === null) throw parameterError(`One of the parameters ${labels} is required.`);
  if (id !== null && name !== null) throw parameterError(`Of the parameters ${labels} there must be exactly one.`);
  return id === null ? { flow_name: name } : { flow_id: id };
}

function parseButtonText(parameters: Parameters): string {
  const text = parameters.getText('flow_cta', gaps.maxFlowButtonCharacters);
  if (hasEmoji(text)) throw valueError(`Param ${parameters.label('flow_cta')} must not hold emoji.`);
  return text;
}
