import { buttonsOf, type DeclaredComponent } from '../templates/component.ts';

/** The quick replies that a template declares, in their order: those of the message, then card by card. */
export function quickRepliesOf(components: readonly DeclaredComponent[]): string[] {
  return buttonsOf(components).flatMap(({ type, text }) => (type === 'QUICK_REPLY' ? [text] : []));
}

interface FilledIn {
  readonly buttons?: readonly { readonly type: string; readonly text: string }[];
  readonly cards?: readonly Pick<FilledIn, 'buttons'>[];
}

/** Which quick reply of a template, as it was sent, has this text: its place in {@link quickRepliesOf}; null when none has. */
export function findQuickReply(json: string, text: string): number | null {
  const { buttons = [], cards = [] } = JSON.parse(json) as FilledIn;
  const shown = [buttons, ...cards.map((card) => card.buttons ?? [])].flat();
  const index = shown.filter(({ type }) => type === 'quick_reply').findIndex((button) => button.text === text);
  return index === -1 ? null : index;
}
