import type { MediaList } from '../../../messages/media-use.ts';
import { parameterError } from '../../graph-errors.ts';
import type { Chat } from '../message-type.ts';
import type { Parameters } from '../../parameters.ts';

export type HeaderType = 'text' | 'image' | 'video' | 'document' | 'gif';

/** What an interactive message of one kind may have (contract section 2.4). */
export interface InteractiveKind {
  /** None when it is empty. */
  readonly headers: readonly HeaderType[];
  readonly isHeaderRequired?: boolean;
  readonly isBodyRequired: boolean;
  readonly maxBodyCharacters?: number;
  readonly hasFooter: boolean;
  /** Reads what can be done with the message, into the contract's own words. @throws GraphError */
  parseAction(action: Parameters, media: MediaList): object;
  /** Looks at whether there is what the action names. @throws GraphError */
  checkAction?(action: Parameters, chat: Chat): Promise<void>;
}

/** Insists that a part of a message is not there, because nobody would ever see it. @throws GraphError */
export function refusePart(parameters: Parameters, name: string, where: string): void {
  if (parameters.has(name)) throw parameterError(`Param ${parameters.label(name)} cannot be part of ${where}.`);
}

/** The parameters of an action that goes by a name. @throws GraphError */
export function checkActionName<Name extends string>(action: Parameters, name: Name): Name {
  return action.getChoice('name', [name] as const);
}
