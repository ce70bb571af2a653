import { deflateRawSync } from 'node:zlib';
import { limits } from '@postern/protocol';
import type { FlowDocument } from '../flow.ts';
import { failure, type Answer } from './data-exchange.ts';

/** A piece of a flow's file, compressed as a whole, from where the phone wants it. */
export function filePiece({ text }: Pick<FlowDocument, 'text'>, offset: number): Answer {
  const compressed = deflateRawSync(text);
  if (offset >= compressed.length) return failure('unavailable');
  const bytes = compressed.subarray(offset, offset + limits.maxFlowPieceBytes);
  return { case: 'file', value: { size: compressed.length, offset, bytes } };
}
