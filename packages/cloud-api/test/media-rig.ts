import { randomBytes } from 'node:crypto';
import type { Answer, Rig } from './http-rig.ts';

/** Files that begin as such files do. */
export const heads = {
  'image/jpeg': Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  'image/png': Buffer.from(
    '89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489'.replace(' ', '') +
      '0000000a49444154789c6360000002000154a24f5d0000000049454e44ae426082',
    'hex',
  ),
  'image/webp': Buffer.concat([
    Buffer.from('RIFF'),
    Buffer.from([0, 1, 0, 0]),
    Buffer.from('WEBPVP8L'),
    Buffer.alloc(12),
  ]),
  'video/mp4': Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from('ftypisom'),
    Buffer.from([0, 0, 2, 0]),
    Buffer.from('isommp42'),
  ]),
  'audio/ogg': Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead'), Buffer.alloc(20)]),
  'application/pdf': Buffer.from('%PDF-1.7\n'),
  'application/zip': Buffer.from('504b0304140000000800', 'hex'),
  'application/msword': Buffer.from('d0cf11e0a1b11ae1', 'hex'),
  'text/plain': Buffer.from('Dear reader, '),
} as const;

/** A WebP picture whose header says that it moves. */
export const animatedWebp = Buffer.concat([
  Buffer.from('RIFF'),
  Buffer.from([0, 1, 0, 0]),
  Buffer.from('WEBPVP8X'),
  Buffer.from([10, 0, 0, 0, 0x02, 0, 0, 0]),
  Buffer.alloc(16),
]);

/** A file of a type and a size, filled with what nobody has seen before; text with letters. */
export function fileOf(type: keyof typeof heads, size = 1_000, head: Buffer = heads[type]): Buffer {
  const rest = Math.max(0, size - head.length);
  const filling =
    type === 'text/plain' ? Buffer.from(randomBytes(rest).toString('base64').slice(0, rest)) : randomBytes(rest);
  return Buffer.concat([head, filling]);
}

export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly value: string | Buffer;
}

export const boundary = 'a-boundary-of-the-test';
export const multipartType = `multipart/form-data; boundary=${boundary}`;

/** The body of a form in several parts, byte for byte. */
export function encodeParts(parts: readonly Part[], end = `--${boundary}--\r\n`): Buffer {
  const encoded = parts.map(({ name, filename, type, value }) =>
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n` +
          `${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`,
      ),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]),
  );
  return Buffer.concat([...encoded, Buffer.from(end)]);
}

export const product: Part = { name: 'messaging_product', value: 'whatsapp' };

interface UploadOptions {
  readonly phoneNumberId?: string;
  readonly token?: string | null;
  readonly query?: string;
  /** `media` unless told. */
  readonly edge?: string;
}

/** Uploads what these parts are; as the bank unless told. */
export async function uploadParts(
  rig: Rig,
  body: Buffer | ReadableStream,
  { phoneNumberId = rig.bank.phoneNumberId, token = rig.bank.token, query = '', edge = 'media' }: UploadOptions = {},
): Promise<Answer> {
  const headers: Record<string, string> = { 'content-type': multipartType };
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  const response = await fetch(`${rig.url}/v25.0/${phoneNumberId}/${edge}${query}`, {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

/** Uploads a file as most clients do. */
export function upload(
  rig: Rig,
  file: Buffer,
  type: string,
  options: UploadOptions & { filename?: string } = {},
): Promise<Answer> {
  const { filename = 'a file', ...rest } = options;
  return uploadParts(
    rig,
    encodeParts([product, { name: 'type', value: type }, { name: 'file', filename, type, value: file }]),
    rest,
  );
}
