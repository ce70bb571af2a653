import type { Database } from '@postern/postgres';
import {
  ContentSchema,
  decode,
  encode,
  limits,
  parseMessageId,
  type FlowRequest,
  type MessageId,
} from '@postern/protocol';
import type { Logger } from '@postern/service';
import { Looks } from '../../looks.ts';
import type { AcceptQueue } from '../../messages/accept-queue.ts';
import { NumberGoneError } from '../../messages/held-numbers.ts';
import { acceptedSecondOf } from '../../messages/message-id.ts';
import type { MessageRecord } from '../../messages/message-record.ts';
import { storedMessageColumns, type StoredMessage } from '../../messages/stored-messages.ts';
import type { SealedStorage } from '../../sealed-storage.ts';
import type { Flows } from '../flows.ts';
import { findSendableFlow } from '../sendable-flow.ts';
import { askedFlow } from './asked-flow.ts';
import { failure, type Answer, type DataExchange } from './data-exchange.ts';
import { filePiece } from './file-piece.ts';
import {
  flowRequestsChannel,
  forgetOverdue,
  forgetRequest,
  loadRequests,
  type WaitingRequest,
} from './flow-requests.ts';

export interface FlowResponderOptions {
  readonly db: Database;
  readonly storage: Pick<SealedStorage, 'stored' | 'clock'>;
  readonly flows: Pick<Flows, 'find' | 'findNamed'>;
  readonly exchange: Pick<DataExchange, 'ask'>;
  readonly acceptQueue: Pick<AcceptQueue, 'acceptReceipt'>;
  readonly workerId: number;
  readonly logger: Logger;
}

/**
 * Answers what phones ask about flows: gives them the file, and asks the endpoint of the business what comes next. Several at
 * once, of each number so many, so that a slow endpoint holds up no other. A question that is answered is forgotten; one that
 * could not be is tried again for as long as somebody may be looking at the flow. So an endpoint can be asked twice.
 */
export class FlowResponder {
  readonly #options: FlowResponderOptions;
  readonly #jobs = new Map<string, { readonly phoneNumberId: string; readonly done: Promise<void> }>();
  readonly #looks = new Looks(() => this.#look());
  #timer: NodeJS.Timeout | undefined;

  constructor(options: FlowResponderOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.db.listen(flowRequestsChannel, () => this.wake());
    // For numbers that were claimed since, and what could not be answered.
    this.#timer = setInterval(() => this.wake(), limits.flowRequestLookMs);
    this.wake();
  }

  /** There may be something to answer. */
  wake(): void {
    this.#looks.wake();
  }

  /** Ends with what is under way; the rest waits in the database. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looks.stop();
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  async #look(): Promise<void> {
    const { db, workerId, storage, logger } = this.#options;
    const limit = limits.maxFlowRequestsUnderWay - this.#jobs.size;
    if (limit <= 0) return;
    try {
      await forgetOverdue(db, storage.clock.now());
      for (const request of await loadRequests(db, { workerId, except: [...this.#jobs.keys()], limit }))
        this.#begin(request);
    } catch (error) {
      logger.warn({ err: error }, 'what phones ask about flows could not be loaded; will be tried again');
    }
  }

  #begin(request: WaitingRequest): void {
    const { phoneNumberId, stored } = request;
    const ofNumber = [...this.#jobs.values()].filter((job) => job.phoneNumberId === phoneNumberId).length;
    if (ofNumber >= limits.maxFlowRequestsUnderWayPerNumber) return;
    const done = this.#respond(request)
      .then(
        () => this.#jobs.delete(stored.message_id) && this.wake(),
        (error: unknown) => {
          // It waits for the next look: whatever is wrong now will hardly be right in a moment.
          this.#jobs.delete(stored.message_id);
          this.#options.logger.warn({ err: error, phoneNumberId }, 'a flow could not be answered; will be tried again');
        },
      )
      .then(() => undefined);
    this.#jobs.set(stored.message_id, { phoneNumberId, done });
  }

  async #respond(request: WaitingRequest): Promise<void> {
    const { db, storage, acceptQueue } = this.#options;
    const { phoneNumberId, stored } = request;
    const [record] = await storage.stored.openAll(phoneNumberId, [stored], 'webhook');
    const body = record ? decode(ContentSchema, record.content)?.body : null;
    if (record?.accountId && body?.case === 'flowRequest') {
      const answer = await this.#answer(request, record, body.value);
      const value = { requestId: body.value.requestId, answer };
      await acceptQueue
        .acceptReceipt({
          phoneNumberId,
          acceptedS: Math.floor(storage.clock.now() / 1000),
          retentionHours: stored.retention_hours,
          to: record.person,
          accountId: record.accountId,
          content: encode(ContentSchema, { body: { case: 'flowAnswer', value } }),
          ttlMs: limits.flowRequestTtlMs,
        })
        .catch((error: unknown) => {
          if (!(error instanceof NumberGoneError)) throw error;
        });
    }
    await forgetRequest(db, request);
  }

  /** Only about a flow that a message to this very person leads to, and that can be sent yet. */
  async #answer(
    { phoneNumberId, wabaId }: WaitingRequest,
    { person }: MessageRecord,
    { messageId, button, request }: FlowRequest,
  ): Promise<Answer> {
    const sentId = parseMessageId(messageId);
    const message = sentId && (await this.#findSent(phoneNumberId, sentId));
    const asked = message?.person === person ? askedFlow(message.content, button) : null;
    const flow = asked && (await findSendableFlow(this.#options.flows, wabaId, asked));
    if (!flow || typeof flow === 'string') return failure('unavailable');
    if (request.case === 'file') return filePiece(flow.document, request.value.offset);
    if (request.case !== 'data') return failure('unavailable');
    return this.#options.exchange.ask({ flow, phoneNumberId, token: asked.token, asked: request.value });
  }

  async #findSent(phoneNumberId: string, messageId: MessageId): Promise<MessageRecord | null> {
    const { db, storage } = this.#options;
    const rows = await db.prepared<StoredMessage>(
      'flow-requests.find-sent',
      `SELECT ${storedMessageColumns} FROM messages
       WHERE phone_number_id = $1 AND message_id = $2 AND sent_by_business AND accepted_s = $3`,
      [phoneNumberId, messageId, acceptedSecondOf(messageId)],
    );
    const [record] = await storage.stored.openAll(phoneNumberId, rows, 'webhook');
    return record ?? null;
  }
}
