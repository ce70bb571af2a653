import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { TestDevice } from './test-transport.ts';

/** What a device shows to the routes of blobs. */
export function credentialOf({ address, secret }: Pick<TestDevice, 'address' | 'secret'>): string {
  const name = `${address.accountId}.${address.deviceId}`;
  return `Basic ${Buffer.from(`${name}:${secret.toString('base64url')}`).toString('base64')}`;
}

export interface Call {
  readonly url: string;
  readonly authorization: string;
  readonly blobId: string;
}

/** Begins to store a blob; the caller writes its bytes. */
export function beginPut(
  { url, authorization, blobId }: Call,
  headers: Record<string, string | number>,
): ClientRequest {
  return request(`${url}/v1/blobs/${blobId}`, { method: 'PUT', headers: { authorization, ...headers }, agent: false });
}

/** The status and the code of an answer. */
export async function answerOf(sent: ClientRequest): Promise<{ status: number; code: string | null }> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = (await collect(response)).toString();
  const { error } = (text === '' ? {} : JSON.parse(text)) as { error?: { code: string } };
  return { status: response.statusCode ?? 0, code: error?.code ?? null };
}

export async function put(call: Call, bytes: Buffer): Promise<{ status: number; code: string | null }> {
  const sent = beginPut(call, { 'content-length': bytes.length });
  sent.end(bytes);
  return answerOf(sent);
}

export async function beginGet({ url, authorization, blobId }: Call): Promise<IncomingMessage> {
  const sent = request(`${url}/v1/blobs/${blobId}`, { headers: { authorization }, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** The bytes of a blob, or the status that was answered instead. */
export async function get(call: Call): Promise<Buffer | number> {
  const response = await beginGet(call);
  const bytes = await collect(response);
  return response.statusCode === 200 ? bytes : (response.statusCode ?? 0);
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The sizes of all files in a folder. */
export function fileSizes(folder: string): number[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.flatMap(
    ({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? [],
  );
}
