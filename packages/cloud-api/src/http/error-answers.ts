import { ClockSuspectError } from '@postern/keyring';
import { DatabaseClosedError, DatabaseUnavailableError, StatementFailedError } from '@postern/postgres';
import { limits } from '@postern/protocol';
import type { Logger } from '@postern/service';
import { TooManySumsError } from '../analytics/message-sums.ts';
import { BusinessManagerUnavailableError, BusinessRefusedError } from '../access/business-manager-http.ts';
import { OverloadedError } from '../messages/accept-queue.ts';
import { NumberGoneError } from '../messages/held-numbers.ts';
import { FlowError } from '../flows/flow-error.ts';
import { NumberError } from '../numbers/numbers.ts';
import { TemplateError } from '../templates/template-error.ts';
import { TemplateRefusedError } from '../templates/template-refused.ts';
import { ForbiddenUrlError } from '../outside/address-guard.ts';
import { HandshakeFailedError } from '../webhooks/handshake.ts';
import { NotSubscribedError } from '../webhooks/subscribed-apps.ts';
import { TooManyFieldsError } from '../webhooks/subscriptions.ts';
import { flowErrors } from './flows/flow-errors.ts';
import { GraphError, parameterError } from './graph-errors.ts';
import { businessRefusedError } from './business-refusals.ts';
import { findMediaError } from './media-errors.ts';
import { numberErrors } from './number-errors.ts';
import { templateErrors } from './templates/template-errors.ts';

/** Turns whatever was thrown into an answer. What nobody expected is logged, by name and place only: its text may hold anything. */
export function toGraphError(error: unknown, logger: Logger): GraphError {
  const known = findGraphError(error);
  if (known) return known;
  logger.error({ error: describeError(error) }, 'a request failed');
  return new GraphError(1);
}

function findGraphError(error: unknown): GraphError | null {
  if (error instanceof GraphError) return error;
  if (error instanceof OverloadedError)
    return new GraphError(131016, { details: 'Too many messages wait. Try again.' });
  if (error instanceof DatabaseUnavailableError || error instanceof DatabaseClosedError) return new GraphError(2);
  if (error instanceof StatementFailedError) return findStatementError(error);
  if (error instanceof ClockSuspectError)
    return new GraphError(131016, { details: 'Nothing is stored while the clock of this server cannot be trusted.' });
  if (error instanceof NumberGoneError)
    return new GraphError(133010, { details: 'The phone number was deregistered.' });
  if (error instanceof BusinessManagerUnavailableError)
    return new GraphError(2, { details: 'The access token cannot be checked at the moment.' });
  if (error instanceof TooManySumsError)
    return parameterError(`Param start and end span more than ${limits.maxSumsPerAnswer} sums: ask for less at once.`);
  if (error instanceof BusinessRefusedError) return businessRefusedError(error.reason);
  if (error instanceof NumberError) return numberErrors[error.reason]();
  if (error instanceof FlowError) return flowErrors[error.reason]();
  if (error instanceof TemplateError) return templateErrors[error.reason]();
  if (error instanceof TemplateRefusedError) return new GraphError(error.code, { details: error.details });
  if (error instanceof HandshakeFailedError) return new GraphError(2200, { details: handshakeDetails });
  if (error instanceof ForbiddenUrlError)
    return parameterError('Param callback_url must be a public http or https URL of at most 200 characters.');
  return findSubscriptionError(error) ?? findMediaError(error) ?? findFrameworkError(error);
}

// As PostgreSQL calls what is no text to it, in a text and in JSON.
const unkeepable: ReadonlySet<string> = new Set(['22021', '22P05']);

function findStatementError({ retryable, code }: StatementFailedError): GraphError | null {
  if (unkeepable.has(code)) return parameterError('A parameter holds the character U+0000, which cannot be kept.');
  return retryable ? new GraphError(2) : null;
}

function findSubscriptionError(error: unknown): GraphError | null {
  if (error instanceof NotSubscribedError)
    return parameterError('Param override_callback_uri wants the app to be subscribed to the account first.');
  if (error instanceof TooManyFieldsError)
    return parameterError(`Param fields must leave the app with at most ${limits.maxWebhookFields} fields.`);
  return null;
}

const handshakeDetails =
  'The callback URL must answer GET with hub.mode, hub.challenge and hub.verify_token by status 200 and the challenge alone as the body.';

/** Fastify refuses some requests itself: a bad URL, a content type that is none, a body shorter than announced. */
function findFrameworkError(error: unknown): GraphError | null {
  const { statusCode: http, code } = error as { statusCode?: number; code?: string };
  if (http === undefined || http < 400 || http >= 500 || !code?.startsWith('FST_')) return null;
  return new GraphError(100, { http, message: '(#100) The request cannot be read' });
}

interface ErrorDescription {
  name: string;
  code: string | null;
  stack: string[];
}

/** An error without its message. */
function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, code: null, stack: [] };
  const { name, stack = '', code } = error as Error & { code?: unknown };
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return { name, code: typeof code === 'string' ? code : null, stack: frames.map((frame) => frame.trim()) };
}

/** The contract's error envelope (section 1.4), as JSON. */
export function encodeGraphError(error: GraphError, traceId: string): string {
  const { message, type, code, subcode, details, isTransient, user, told } = error;
  return JSON.stringify({
    ...told,
    error: {
      message,
      type,
      code,
      ...(details !== null && { error_data: { messaging_product: 'whatsapp', details } }),
      ...(subcode !== null && { error_subcode: subcode }),
      ...(isTransient && { is_transient: true }),
      ...(user && { error_user_title: user.title, error_user_msg: user.message }),
      fbtrace_id: traceId,
    },
  });
}
