import type { RootOperation } from '../../operation.ts';
import { batch } from './batch.ts';
import { debugToken } from './debug-token.ts';
import { describeRoot } from './describe-root.ts';
import { listTemplateLibrary } from './message-template-library.ts';
import { getOauthAccessToken, postOauthAccessToken } from './oauth-access-token.ts';

/** What can be done without an object of the Graph. */
export const rootOperations: readonly RootOperation[] = [
  describeRoot,
  batch,
  getOauthAccessToken,
  postOauthAccessToken,
  debugToken,
  listTemplateLibrary,
];
