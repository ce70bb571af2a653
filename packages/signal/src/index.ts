export type { PeerBundle } from './bundle.ts';
export * from './device-keys.ts';
export * from './franking.ts';
export { PeerCache, type PeerState } from './peer-cache.ts';
export * from './prekeys.ts';
export * from './retry-signature.ts';
export * from './safety-number.ts';
export * from './stage.ts';
export type * from './store.ts';
