import { limits } from '@postern/protocol';
import type { FlowRefusal } from '../../flows/flow-error.ts';
import { GraphError, parameterError } from '../graph-errors.ts';

/** How the Graph says why a flow was not made or changed. */
export const flowErrors: Readonly<Record<FlowRefusal, () => GraphError>> = {
  'name-taken': () => parameterError('Param name must be another: a flow of this account has this name.'),
  'too-many': () => parameterError(`A business account has at most ${limits.maxFlowsPerBusinessAccount} flows.`),
  'not-updatable': () =>
    new GraphError(139001, { details: 'A flow that was published cannot be changed in this way.' }),
  'not-publishable': () => new GraphError(139002, { details: 'Only a draft can be published.' }),
  'has-mistakes': () =>
    new GraphError(139002, { details: 'The flow has validation errors: read its field validation_errors.' }),
  'no-endpoint': () => new GraphError(139002, { details: 'A flow with a data_api_version needs an endpoint_uri.' }),
  'not-deprecatable': () => new GraphError(139003, { details: 'Only a published flow can be deprecated.' }),
  'not-deletable': () => new GraphError(139004, { details: 'Only a draft can be deleted.' }),
};
