import type { RootOperation } from '../../operation.ts';
import { batch } from './batch.ts';
import { describeRoot } from './describe-root.ts';
import { listTemplateLibrary } from './message-template-library.ts';

/** What can be done without an object of the Graph. */
export const rootOperations: readonly RootOperation[] = [describeRoot, batch, listTemplateLibrary];
