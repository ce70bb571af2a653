import { GraphError } from './graph-errors.ts';

/** How each refusal of the Business Manager is told. What it does not show anybody, such as a foreign account, is no reason here. */
const refusals: Readonly<Record<string, () => GraphError>> = {
  not_allowed: () => new GraphError(200, { details: 'The access token does not allow this.' }),
};

/** What the Business Manager refused with this reason. */
export function businessRefusedError(reason: string): GraphError {
  return refusals[reason]?.() ?? new GraphError(1);
}
