import type { FlowOperation } from '../../operation.ts';
import { listFlowAssets, setFlowAsset } from './assets.ts';
import { deleteFlow, getFlow, updateFlow } from './flow.ts';
import { deprecateFlow, publishFlow } from './publish.ts';

/** What can be done with a flow. */
export const flowOperations: readonly FlowOperation[] = [
  getFlow,
  updateFlow,
  deleteFlow,
  publishFlow,
  deprecateFlow,
  listFlowAssets,
  setFlowAsset,
];
