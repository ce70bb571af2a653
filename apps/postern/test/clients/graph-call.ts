import type { Ready } from '../../src/instance/ready.ts';

interface GraphAnswer {
  readonly status: number;
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any -- tests look into what came, whatever it is
}

interface GraphRequest extends RequestInit {
  /** With this in the place of the business's token; null for none. */
  readonly token?: string | null;
}

/** Calls an instance as a program without a library does: the path and the body are sent as they stand. */
export async function callGraph(
  { cloudApi, accessToken }: Ready,
  path: string,
  { token = accessToken, headers, ...init }: GraphRequest = {},
): Promise<GraphAnswer> {
  const url = path.startsWith('http') ? path : `${cloudApi}${path}`;
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { ...init, headers: { ...authorization, ...(headers as Record<string, string>) } });
  return { status: response.status, body: await response.json() };
}
