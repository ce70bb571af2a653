import type { BusinessAccountNode } from '../../access/introspection.ts';
import type { Services } from '../operation.ts';
import type { Parameters } from '../parameters.ts';

/** One kind of analytics of a business account: what was asked for in the dot calls of its field. @throws GraphError */
export type AskForAnalytics = (ask: {
  readonly services: Services;
  readonly node: BusinessAccountNode;
  readonly parameters: Parameters;
}) => Promise<object>;
