import { limits } from '@postern/protocol';

export interface Answer {
  readonly status: number;
  /** What was answered as JSON; null when it was something else. */
  readonly body: unknown;
}

interface Call {
  readonly method?: string;
  readonly token?: string;
  readonly body?: object;
}

/** Calls a system. @throws Error when nothing answers in time */
export async function call(url: string, { method = 'GET', token, body }: Call = {}): Promise<Answer> {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  };
  try {
    const signal = AbortSignal.timeout(limits.verifyHttpTimeoutMs);
    const response = await fetch(url, { method, headers, signal, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  } catch {
    throw new Error(`${new URL(url).origin} does not answer`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
