import { limits } from '@postern/protocol';
import { TransportRefusedError, TransportUnavailableError } from './errors.ts';

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly authorization?: string;
}

/** Asks the transport by HTTP. Returns the object that it answered, empty for none. @throws TransportUnavailableError; TransportRefusedError */
export async function callTransport(url: string, call: Call): Promise<Record<string, unknown>> {
  const { method, path, body, authorization } = call;
  const headers = { ...(authorization && { authorization }), ...(body && { 'content-type': 'application/json' }) };
  const init: RequestInit = { method, headers, signal: AbortSignal.timeout(limits.requestTimeoutMs) };
  if (body) init.body = JSON.stringify(body);
  const response = await fetch(url + path, init).catch((error: unknown) => {
    throw new TransportUnavailableError('The transport cannot be reached.', { cause: error });
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return answer;
  const { code = 'unknown', message = `HTTP ${response.status}` } = (answer['error'] ?? {}) as {
    code?: string;
    message?: string;
  };
  const retryable = response.status >= 500 || response.status === 429;
  throw new TransportRefusedError({ code, message, retryable, retryAfterMs: 0 });
}
