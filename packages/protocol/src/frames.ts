import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';

/** Encodes one protobuf message from its plain fields. */
export function encode<Schema extends DescMessage>(
  schema: Schema,
  fields: MessageInitShape<Schema>,
): Uint8Array<ArrayBuffer> {
  return toBinary(schema, create(schema, fields));
}

/** Decodes one protobuf message; null when the bytes are not one. */
export function decode<Schema extends DescMessage>(schema: Schema, bytes: Uint8Array): MessageShape<Schema> | null {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return null;
  }
}

export { create, type MessageInitShape } from '@bufbuild/protobuf';
