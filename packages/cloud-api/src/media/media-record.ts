/** What is sealed of a medium: whatever opens it or tells something of what it holds. */
export interface MediaRecord {
  /** The key of the attachment, at rest as on its way to people. */
  readonly key: Uint8Array;
  /** Of what a person sent: where it lies in the transport's blob store. */
  readonly blobId: Uint8Array | null;
  /** Of what was encrypted. */
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly mimeType: string;
  readonly filename: string | null;
  /** Of a sticker: whether it moves. */
  readonly isAnimated: boolean;
}

type Encoded = readonly [
  key: string,
  blobId: string | null,
  size: number,
  sha256: string,
  mimeType: string,
  filename: string | null,
  isAnimated: boolean,
];

export function encodeMediaRecord({ key, blobId, size, sha256, ...told }: MediaRecord): Buffer {
  const { mimeType, filename, isAnimated } = told;
  const encoded: Encoded = [text(key), blobId && text(blobId), size, text(sha256), mimeType, filename, isAnimated];
  return Buffer.from(JSON.stringify(encoded));
}

/** Reads {@link encodeMediaRecord} back. */
export function decodeMediaRecord(bytes: Buffer): MediaRecord {
  const [key, blobId, size, sha256, mimeType, filename, isAnimated] = JSON.parse(bytes.toString()) as Encoded;
  return {
    key: binary(key),
    blobId: blobId === null ? null : binary(blobId),
    size,
    sha256: binary(sha256),
    mimeType,
    filename,
    isAnimated,
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function binary(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
