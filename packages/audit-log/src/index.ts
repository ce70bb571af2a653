export * from './canonical-json.ts';
export { findCheckpoint, type Checkpoint } from './checkpoint.ts';
export * from './errors.ts';
export { leafHash } from './hashing.ts';
export { LogReader } from './log-reader.ts';
export { LogSequencer, type EntrySource } from './log-sequencer.ts';
export { MerkleLog } from './merkle-log.ts';
export { verifyConsistency, verifyInclusion } from './proofs.ts';
export { verifyLog, type LogVerification } from './verify-log.ts';
