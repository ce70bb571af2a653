export * from './generated/postern/content/v1/content_pb.js';
export * from './generated/postern/transport/v1/transport_pb.js';
export * from './clock.ts';
export * from './frames.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './padding.ts';
export * from './wamid.ts';
