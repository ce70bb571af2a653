export { describeApi } from './api-page.ts';
export { describeOpenApi } from './open-api.ts';
