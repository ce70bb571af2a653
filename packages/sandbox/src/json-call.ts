import { limits } from '@postern/protocol';

/** A system did not do what it was asked. */
export class CallFailedError extends Error {
  override readonly name = 'CallFailedError';
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The answer's own error code. */
  readonly code: string | number | null;
  readonly retryable: boolean;

  constructor(message: string, failure: { status: number; code?: string | number | null; cause?: unknown }) {
    super(message, { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code ?? null;
    this.retryable = failure.status === 0 || failure.status === 429 || failure.status >= 500;
  }
}

export interface JsonCall {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  /** Null for what everybody may ask. */
  token: string | null;
  body?: object;
}

interface ErrorBody {
  error?: { message?: string; code?: string | number };
}

/** Calls an HTTP API with a bearer token, or without. @throws CallFailedError unless the answer is a success */
export async function callJson<Answer extends object>({ method, url, token, body }: JsonCall): Promise<Answer> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  if (body) headers['content-type'] = 'application/json';
  const what = `${method} ${new URL(url).pathname}`;
  const response = await fetch(url, {
    method,
    headers,
    signal: AbortSignal.timeout(limits.requestTimeoutMs),
    ...(body && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new CallFailedError(`${what} had no answer.`, { status: 0, cause });
  });
  const answer = (await response.json().catch(() => ({}))) as Answer & ErrorBody;
  if (response.ok) return answer;
  const { message = '', code = null } = answer.error ?? {};
  throw new CallFailedError(`${what} was answered ${response.status}. ${message}`, { status: response.status, code });
}
