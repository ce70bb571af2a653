import type { AccountId, Clock, MessageId } from '@postern/protocol';
import type { FoundMessage } from '../chats.ts';
import type { PhoneDatabase } from '../phone-database.ts';
import { keepStep } from './flow-answers.ts';
import type { Json } from './flow-json.ts';
import {
  beginFlow,
  FlowTapError,
  goBack,
  shownScreen,
  tapFlow,
  type FlowSession,
  type FlowStep,
} from './flow-session.ts';
import { findFlow, keepFlow, readFile } from './flow-sessions.ts';

/** A flow as its owner sees it. */
export interface ShownFlow {
  readonly id: string;
  readonly status: FlowSession['status'];
  /** The screen with what is to be seen on it; null while there is none. */
  readonly screen: Json | null;
  readonly failure: FlowSession['failure'];
  readonly response: Json | null;
}

interface FlowsOptions {
  readonly db: PhoneDatabase;
  readonly clock: Clock;
  /** The name that the owner goes by. */
  readonly name: string;
}

/** The flows that the owner of a phone has opened. Each step is one transaction: kept, and queued for sending. */
export class PhoneFlows {
  readonly #options: FlowsOptions;

  constructor(options: FlowsOptions) {
    this.#options = options;
  }

  /** Opens the flow that a message leads to; null when it leads to none. */
  open(found: FoundMessage, { messageId, button }: { messageId: MessageId; button: number }): ShownFlow | null {
    const { db, clock, name: senderName } = this.#options;
    const row = db.get<{ account_id: AccountId | null }>(
      'SELECT account_id FROM messages WHERE from_me = 0 AND chat = ? AND message_id = ?',
      found.chat,
      messageId,
    );
    if (!row?.account_id) return null;
    const origin = { chat: found.chat, accountId: row.account_id, messageId, button, senderName };
    const session = beginFlow(found.message, origin);
    if (!session) return null;
    const file = new Uint8Array();
    db.transaction(() => keepFlow(db, clock, { session, file }, { case: 'file', value: { offset: 0 } }));
    return describe(session, file);
  }

  /** A flow that was opened; null when there is none of this id. */
  find(id: string): ShownFlow | null {
    const found = findFlow(this.#options.db, id);
    return found && describe(found.session, found.file);
  }

  /** Fills in what is on the screen and taps on something; null when there is no such flow. @throws FlowTapError */
  tap(id: string, tapped: { values: Json; tap: string | null }): ShownFlow | null {
    return this.#step(id, (session, file) => tapFlow(session, file, tapped));
  }

  /** Goes back to the screen before; null when there is no such flow. @throws FlowTapError */
  back(id: string): ShownFlow | null {
    return this.#step(id, goBack);
  }

  #step(id: string, step: (session: FlowSession, file: Json) => FlowStep): ShownFlow | null {
    const { db, clock } = this.#options;
    return db.transaction(() => {
      const found = findFlow(db, id);
      if (!found) return null;
      const file = readFile(found.file);
      if (!file) throw new FlowTapError('The flow is not there yet.');
      const stepped = step(found.session, file);
      keepStep(db, clock, { step: stepped, file: found.file });
      return describe(stepped.session, found.file);
    });
  }
}

function describe(session: FlowSession, bytes: Uint8Array): ShownFlow {
  const { id, status, failure, response } = session;
  const file = readFile(bytes);
  return { id, status, screen: file && shownScreen(session, file), failure, response };
}
