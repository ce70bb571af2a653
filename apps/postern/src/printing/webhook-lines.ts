import type { SandboxEvent } from '@postern/sandbox';
import type { Ready } from '../instance/ready.ts';
import { summaryOf, type ShownMessage } from './message-summary.ts';

type WebhookEvent = Extract<SandboxEvent, { event: 'webhook' }>;

/** As much of the contract's webhook body as is shown; whatever else comes is shown as JSON. */
interface WebhookBody {
  entry?: { changes?: { field?: string; value?: WebhookValue }[] }[];
}

interface WebhookValue {
  messages?: (ShownMessage & { from?: string; id?: string; context?: { id?: string } })[];
  statuses?: { id?: string; status?: string; recipient_id?: string; errors?: { code?: number; title?: string }[] }[];
}

/** One line for each message or status in a webhook. */
export function webhookLines({ body, signature }: WebhookEvent, people: Ready['people']): string {
  const mark = signature === 'valid' ? '' : '  THE SIGNATURE IS WRONG';
  const changes = (body as WebhookBody | null)?.entry?.flatMap((entry) => entry.changes ?? []) ?? [];
  const lines = changes.flatMap(({ field, value }) => valueLines(field ?? '?', value ?? {}, people));
  return (lines.length > 0 ? lines : [JSON.stringify(body)]).map((line) => `← ${printable(line)}${mark}\n`).join('');
}

function valueLines(field: string, value: WebhookValue, people: Ready['people']): string[] {
  const nameOf = (waId = '?') => {
    const person = people.find((each) => each.waId === waId);
    return person ? `${person.name} ${waId}` : waId;
  };
  const messages = (value.messages ?? []).map((message) => {
    const { from, context } = message;
    const isAnswer = context?.id !== undefined;
    return `${field}  from ${nameOf(from)}  ${summaryOf(message)}${isAnswer ? '  (an answer)' : ''}`;
  });
  const statuses = (value.statuses ?? []).map(({ id = '', status = '?', recipient_id: recipient, errors = [] }) => {
    const reasons = errors.map(({ code, title }) => `  ${code} ${title}`).join('');
    return `${field}  to ${nameOf(recipient)}  ${status}${reasons}  …${id.slice(-12)}`;
  });
  const known = [...messages, ...statuses];
  return known.length > 0 ? known : [`${field}  ${JSON.stringify(value)}`];
}

/** What a person wrote must not steer the terminal. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, '·');
}
