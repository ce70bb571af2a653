import { limits } from '@postern/protocol';
import { valueError } from '../../graph-errors.ts';
import type { Parameters } from '../../parameters.ts';
import type { InteractiveKind } from './interactive-kind.ts';

interface Reply {
  readonly id: string;
  readonly title: string;
}

/** One to three buttons that answer. */
export const replyButtons: InteractiveKind = {
  headers: ['text', 'image', 'video', 'document'],
  isBodyRequired: true,
  hasFooter: true,
  parseAction(action) {
    const buttons = action.getList('buttons', { min: 1, max: limits.maxReplyButtons });
    const replies = buttons.map((button) => {
      button.getChoice('type', ['reply'] as const);
      return parseReply(button.getObject('reply'), limits.maxButtonIdCharacters);
    });
    refuseTwins(action, replies);
    return { buttons: replies.map((reply) => ({ type: 'reply', reply })) };
  },
};

/** Reads what a button is called, and what comes back when it is tapped. @throws GraphError */
export function parseReply(reply: Parameters, maxIdCharacters: number): Reply {
  return { id: reply.getText('id', maxIdCharacters), title: reply.getText('title', limits.maxButtonTextCharacters) };
}

/** Insists that one can tell the buttons apart. @throws GraphError */
export function refuseTwins(action: Parameters, replies: readonly Reply[]): void {
  for (const member of ['id', 'title'] as const)
    if (new Set(replies.map((reply) => reply[member])).size < replies.length)
      throw valueError(`Param ${action.label('buttons')} must have a ${member} of its own for each button.`);
}
