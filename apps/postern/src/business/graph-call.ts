import { limits } from '@postern/protocol';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { BusinessAccess } from './business-access.ts';

/** The Cloud API did not do what was asked; the message says why. */
export class CloudApiCallError extends Error {
  override readonly name = 'CloudApiCallError';
  readonly retryable: boolean;

  constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
  }
}

/** One call of the Graph: what is below the version, with parameters in the query or, as JSON, in the body. */
export interface GraphCall<Answer extends TSchema> {
  readonly method: 'GET' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What the answer has at least. */
  readonly answer: Answer;
}

const version = 'v23.0';

const errorAnswer = Type.Object({
  error: Type.Object({
    message: Type.String(),
    is_transient: Type.Optional(Type.Boolean()),
    error_data: Type.Optional(Type.Object({ details: Type.Optional(Type.String()) })),
  }),
});

/** Calls the Cloud API with a business's token. @throws CloudApiCallError */
export async function callGraph<Answer extends TSchema>(
  { url, token }: Pick<BusinessAccess, 'url' | 'token'>,
  { method, path, query = {}, body, answer }: GraphCall<Answer>,
): Promise<Static<Answer>> {
  const parameters = new URLSearchParams(query).toString();
  const target = `${url}/${version}/${path}${parameters && `?${parameters}`}`;
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const { status, value } = await request(target, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (status === 200 && Value.Check(answer, value)) return value;
  throw refusal(status, value);
}

async function request(target: string, init: RequestInit): Promise<{ status: number; value: unknown }> {
  const { origin } = new URL(target);
  try {
    const signal = AbortSignal.timeout(limits.personDataTimeoutMs);
    // A redirect would take the token, and what is answered, somewhere that nobody named.
    const response = await fetch(target, { ...init, signal, redirect: 'error' });
    return { status: response.status, value: parseJson(await readText(response)) };
  } catch (error) {
    if (error instanceof CloudApiCallError) throw error;
    throw new CloudApiCallError(`${origin} did not answer. It does no harm to try again.`, {
      retryable: true,
      cause: error,
    });
  }
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > limits.maxPersonDataAnswerBytes)
      throw new CloudApiCallError(`${new URL(response.url).origin} answered too much.`, { retryable: false });
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(status: number, value: unknown): CloudApiCallError {
  if (!Value.Check(errorAnswer, value))
    return new CloudApiCallError(`What answered (${status}) is not a Cloud API of this version.`, { retryable: false });
  const { message, error_data: data, is_transient: isTransient = false } = value.error;
  const details = data?.details === undefined ? '' : ` ${data.details}`;
  return new CloudApiCallError(`The Cloud API refused: ${message}${details}`, { retryable: isTransient });
}
