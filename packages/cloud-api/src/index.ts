export { verifyAuditTrail } from './audit/verify-audit-trail.ts';
export { startCloudApiWorker } from './cloud-api-worker.ts';
export { startCloudApi } from './cloud-api.ts';
export { cloudApiConfig, type CloudApiConfig } from './config.ts';
