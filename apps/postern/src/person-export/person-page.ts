import { createHash } from 'node:crypto';
import type { ExportedConversation, ExportedItem, ExportedMessage } from '../business/person-data.ts';
import { Markup, markup } from './markup.ts';
import { pageStyle } from './page-style.ts';

interface PersonPageOptions {
  /** Who holds the data. */
  readonly account: { readonly id: string; readonly name: string };
  readonly person: string;
  readonly exportedAt: Date;
}

const styleHash = createHash('sha256').update(pageStyle).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
const nothing = new Markup('');

/**
 * The page of an export that a person can read, made piece by piece in the order of the items: it may be longer than
 * fits in memory. No script, nothing from elsewhere, and every value is escaped.
 */
export class PersonPage {
  readonly #options: PersonPageOptions;
  #phoneNumberId: string | null = null;
  #day: string | null = null;

  constructor(options: PersonPageOptions) {
    this.#options = options;
  }

  begin(): string {
    const { account, person, exportedAt } = this.#options;
    return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>What is kept of +${person}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<header>
<h1>What <bdi>${account.name}</bdi> keeps of <bdi dir="ltr">+${person}</bdi></h1>
<dl>
<dt>Held by</dt><dd><bdi>${account.name}</bdi>, business account ${account.id}</dd>
<dt>Of</dt><dd><bdi dir="ltr">+${person}</bdi></dd>
<dt>As of</dt><dd>${time(exportedAt.toISOString())}</dd>
</dl>
<p>These are all messages, both ways, that are kept for this business. What is past its storage time is destroyed
and not here. All times are in UTC. For programs, the same stands in <a href="data.jsonl">data.jsonl</a>.</p>
</header>
`.html;
  }

  /** A piece of the page for the next item. Items of one number, and of one day there, come one after the other. */
  add(item: ExportedItem): string {
    if (item.kind === 'conversation')
      return this.#beginNumber(item.phone_number_id, item.phone_number) + describeConversation(item).html;
    const number = item.from === this.#options.person ? item.to : item.from;
    const heading = item.phone_number_id === this.#phoneNumberId ? '' : this.#beginNumber(item.phone_number_id, number);
    const day = item.time.slice(0, 10);
    const opening = day === this.#day ? '' : this.#endDay() + markup`<h3>${day}</h3>\n<ol>\n`.html;
    this.#day = day;
    return heading + opening + this.#message(item).html;
  }

  end(): string {
    const isEmpty = this.#phoneNumberId === null;
    return markup`${new Markup(this.#endNumber())}${isEmpty ? markup`<p>Nothing is kept of this person.</p>\n` : nothing}<footer>
<p>Not in here: what the business has copied into its other systems, and what is on the person’s own phone.</p>
</footer>
</main>
</body>
</html>
`.html;
  }

  #beginNumber(phoneNumberId: string, phoneNumber: string): string {
    const ended = this.#endNumber();
    this.#phoneNumberId = phoneNumberId;
    return ended + markup`<section>\n<h2>With the number <bdi dir="ltr">+${phoneNumber}</bdi></h2>\n`.html;
  }

  #endNumber(): string {
    const ended = this.#endDay();
    return this.#phoneNumberId === null ? ended : `${ended}</section>\n`;
  }

  #endDay(): string {
    const ended = this.#day === null ? '' : '</ol>\n';
    this.#day = null;
    return ended;
  }

  #message(message: ExportedMessage): Markup {
    const { account, person } = this.#options;
    const isTheirs = message.from === person;
    const name = isTheirs ? (message.sender_name ?? `+${person}`) : account.name;
    return markup`<li class="${isTheirs ? 'person' : 'business'}">
<p class="by"><bdi>${name}</bdi> · <time datetime="${message.time}">${message.time.slice(11, 16)}</time> · ${message.status}</p>
${describeBody(message)}${describeNotes(message)}</li>
`;
  }
}

function describeConversation(conversation: ExportedConversation): Markup {
  const { last_used_hour: hour, sessions, waiting, marketing_stopped: isStopped, blocked: isBlocked } = conversation;
  const used = hour === null ? nothing : markup`Last used in the hour from ${time(hour)}. `;
  const waits = waiting > 0 ? ` Waiting to be sent: ${waiting}.` : '';
  const stopped = isStopped ? ' No marketing messages are wanted.' : '';
  const blocked = isBlocked ? ' Blocked by this number.' : '';
  return markup`<p class="facts">${used}Encryption sessions: ${sessions}.${waits}${stopped}${blocked}</p>\n`;
}

function describeBody({ text, type }: ExportedMessage): Markup {
  if (text) return markup`<p class="body" dir="auto">${text.body}</p>\n`;
  return markup`<p class="note">A message of the type “${type}”. Its content stands in data.jsonl.</p>\n`;
}

function describeNotes({ context, biz_opaque_callback_data: note }: ExportedMessage): Markup {
  const answer = context?.id === undefined ? nothing : markup`<p class="note">Answers an earlier message.</p>\n`;
  const kept = note === undefined ? nothing : markup`<p class="note">Note by the business: <bdi>${note}</bdi></p>\n`;
  return markup`${answer}${kept}`;
}

/** `2026-01-31T10:00:00.000Z` as a person reads it. */
function time(iso: string): Markup {
  return markup`<time datetime="${iso}"><bdi dir="ltr">${iso.slice(0, 10)} ${iso.slice(11, 16)}</bdi></time>`;
}
