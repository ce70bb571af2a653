import { readFileSync } from 'node:fs';
import type { Patch } from '../patches/patch.ts';
import { mutant } from '../patches/patch.ts';

/** One ciphertext as it reached the transport. */
export interface CapturedEnvelope {
  readonly envelopeId: string;
  readonly type: number;
  readonly ciphertext: Buffer;
}

const parsed = '  const envelopes = request.envelopes.map(parseOutgoing);\n';

/** Makes the transport write every envelope it receives into a file, as it came off the socket. */
export function captureEnvelopes(file: string): Patch {
  const write = `for (const { envelopeId, type, ciphertext } of envelopes) {
    const line = [envelopeId, type, Buffer.from(ciphertext).toString('base64')].join(' ');
    process.getBuiltinModule('node:fs').appendFileSync(${JSON.stringify(file)}, line + '\\n');
  }\n`;
  return mutant('packages/transport/src/socket/send-batch.ts', parsed, parsed + write);
}

export function readCaptured(file: string): CapturedEnvelope[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [envelopeId = '', type = '', ciphertext = ''] = line.split(' ');
      return { envelopeId, type: Number(type), ciphertext: Buffer.from(ciphertext, 'base64') };
    });
}

/** The ratchet key and counter that a Signal message names, by its wire format (version byte, then protobuf). */
export function ratchetUse({ type, ciphertext }: CapturedEnvelope): string | null {
  if (type === messageType) return ratchetOf(ciphertext);
  if (type !== prekeyMessageType) return null;
  const inner = fieldsOf(ciphertext.subarray(1)).get(4);
  return inner instanceof Buffer ? ratchetOf(inner) : null;
}

const messageType = 1;
const prekeyMessageType = 2;

function ratchetOf(message: Buffer): string | null {
  // A version byte in front, an eight-byte MAC behind.
  const fields = fieldsOf(message.subarray(1, -8));
  const [key, counter] = [fields.get(1), fields.get(2)];
  return key instanceof Buffer ? `${key.toString('hex')}/${String(counter)}` : null;
}

/** The fields of a protobuf message: bytes as they are, numbers as numbers. */
function fieldsOf(bytes: Buffer): Map<number, Buffer | number> {
  const fields = new Map<number, Buffer | number>();
  let at = 0;
  const varint = () => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
      shift *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag % 8 === 0) fields.set(tag >> 3, varint());
    else if (tag % 8 === 2) {
      const length = varint();
      fields.set(tag >> 3, bytes.subarray(at, at + length));
      at += length;
    } else throw new Error('This is no Signal message.');
  }
  return fields;
}
