import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { gaps } from '../../../contract/gaps.ts';
import type { ConversationalAutomation } from '../../../numbers/number-documents.ts';
import { succeeded } from '../../shapes.ts';
import { parameterError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation, type Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { notRegisteredError } from './registered-number.ts';

/** `POST /{phone}/conversational_automation` (contract section 5.4): a list that is not told stays. */
export const setConversationalAutomation: PhoneNumberOperation = {
  name: 'set conversational automation',
  method: 'POST',
  edge: 'conversational_automation',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Sets the prompts and the commands that a conversation with the number offers',
    differs: 'It is kept and shown; phones do not offer the prompts and commands.',
    takes: Type.Object({
      prompts: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: limits.maxPromptCharacters }), {
          maxItems: gaps.maxPrompts,
        }),
      ),
      commands: Type.Optional(
        Type.Array(
          Type.Object({
            command_name: Type.String({ minLength: 1, maxLength: gaps.maxCommandNameCharacters }),
            command_description: Type.String({ minLength: 1, maxLength: limits.maxCommandDescriptionCharacters }),
          }),
          { maxItems: limits.maxCommands },
        ),
      ),
      enable_welcome_message: Type.Optional(Type.Boolean({ description: 'Obsolete; without effect.' })),
    }),
    answers: succeeded,
  },
  async run({ numberDocuments }, { node, caller, parameters }) {
    const hasWelcome = parameters.findFlag('enable_welcome_message') !== null;
    const [prompts, commands] = [parsePrompts(parameters), parseCommands(parameters)];
    if (prompts === null && commands === null && !hasWelcome)
      throw parameterError('One of the parameters prompts, commands is required.');
    const isDone = await numberDocuments.change(node.id, 'automation', {
      appId: caller.appId,
      next: (before) => ({ prompts: prompts ?? before?.prompts ?? [], commands: commands ?? before?.commands ?? [] }),
    });
    if (!isDone) throw notRegisteredError();
    return success;
  },
};

/** As the field `conversational_automation` of a number shows it; undefined when nothing was set. */
export async function describeAutomation({ numberDocuments }: Services, phoneNumberId: string) {
  const automation = await numberDocuments.find(phoneNumberId, 'automation');
  if (!automation) return undefined;
  const commands = automation.commands.map(({ name, description }) => ({
    command_name: name,
    command_description: description,
  }));
  return { prompts: automation.prompts, commands, id: phoneNumberId };
}

function parsePrompts(parameters: Parameters): string[] | null {
  const prompts = parameters.findWords('prompts');
  if (prompts === null) return null;
  if (prompts.length > gaps.maxPrompts)
    throw parameterError(`Param prompts must hold at most ${gaps.maxPrompts} texts.`);
  for (const [index, prompt] of prompts.entries())
    if (prompt === '' || Array.from(prompt).length > limits.maxPromptCharacters)
      throw parameterError(`Param prompts[${index}] must be 1 to ${limits.maxPromptCharacters} characters long.`);
  return prompts;
}

function parseCommands(parameters: Parameters): ConversationalAutomation['commands'] | null {
  const commands = parameters.findList('commands', { min: 0, max: limits.maxCommands });
  return (
    commands?.map((command) => ({
      name: command.getText('command_name', gaps.maxCommandNameCharacters),
      description: command.getText('command_description', limits.maxCommandDescriptionCharacters),
    })) ?? null
  );
}
