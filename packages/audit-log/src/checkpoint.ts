import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { hashBytes } from './hashing.ts';

/** What a checkpoint says: at this size, the log had this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A key that signs checkpoints, and the line that others check them with. */
export interface LogKey {
  readonly privateKey: KeyObject;
  readonly verifierKey: string;
}

const ed25519 = Buffer.of(1);
const keyIdBytes = 4;
// What stands before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410).
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** The line `<name>+<key id>+<key>` that a signed note is checked with (C2SP signed-note, "Verifier keys"). */
export function encodeVerifierKey(name: string, privateKey: KeyObject): string {
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(spkiPrefix.length);
  return `${name}+${keyId(name, key).toString('hex')}+${Buffer.concat([ed25519, key]).toString('base64')}`;
}

/** A checkpoint as a signed note (C2SP signed-note and tlog-checkpoint). */
export function signCheckpoint({ origin, size, root }: Checkpoint, { privateKey, verifierKey }: LogKey): string {
  const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  const id = Buffer.from(verifierKey.split('+')[1] ?? '', 'hex');
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`;
}

/** What a signed checkpoint says, when the key's signature is on it; else null. Other signatures are passed over. */
export function findCheckpoint(note: string, verifierKey: string): Checkpoint | null {
  const split = note.lastIndexOf('\n\n');
  const key = parseVerifierKey(verifierKey);
  if (split < 0 || !key) return null;
  const text = note.slice(0, split + 1);
  const isSigned = note
    .slice(split + 2)
    .split('\n')
    .some((line) => isSignature(line, text, key));
  const checkpoint = isSigned ? parseCheckpoint(text) : null;
  return checkpoint?.origin === key.name ? checkpoint : null;
}

function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, size, root] = text.split('\n');
  if (!origin || !/^(0|[1-9][0-9]{0,15})$/.test(size ?? '') || !Number.isSafeInteger(Number(size))) return null;
  const bytes = Buffer.from(root ?? '', 'base64');
  return bytes.length === hashBytes ? { origin, size: Number(size), root: bytes } : null;
}

interface VerifierKey {
  readonly name: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
}

function parseVerifierKey(line: string): VerifierKey | null {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line.trim());
  const bytes = Buffer.from(match?.[3] ?? '', 'base64');
  const [name, id, key] = [match?.[1] ?? '', Buffer.from(match?.[2] ?? '', 'hex'), bytes.subarray(1)];
  if (bytes[0] !== 1 || key.length !== 32 || !keyId(name, key).equals(id)) return null;
  const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, key]), format: 'der', type: 'spki' });
  return { name, id, publicKey };
}

function isSignature(line: string, text: string, { name, id, publicKey }: VerifierKey): boolean {
  const prefix = `— ${name} `;
  if (!line.startsWith(prefix)) return false;
  const bytes = Buffer.from(line.slice(prefix.length), 'base64');
  if (!bytes.subarray(0, keyIdBytes).equals(id)) return false;
  return verify(null, Buffer.from(text), publicKey, bytes.subarray(keyIdBytes));
}

/** The 4 bytes that name a key in signatures (C2SP signed-note, "Signatures"). */
export function keyId(name: string, key: Uint8Array): Buffer {
  const input = Buffer.concat([Buffer.from(`${name}\n`), ed25519, key]);
  return createHash('sha256').update(input).digest().subarray(0, keyIdBytes);
}
