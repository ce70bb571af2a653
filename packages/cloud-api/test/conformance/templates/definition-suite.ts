import type { Changes } from '../suite.ts';

/** A definition that is refused: what of it changes, the `error_subcode` (null for none), and what `details` names. */
export type DefinitionRefusal = readonly [changes: Changes, subcode: number | null, names: string];

/** One kind of template: a definition, the components that it is shown with, and changes of it. */
export interface DefinitionSuite {
  readonly valid: Readonly<Record<string, unknown>>;
  /** As the definition has them when it is left out. */
  readonly shows?: readonly unknown[];
  readonly accepts: Readonly<Record<string, Changes>>;
  readonly refuses: Readonly<Record<string, DefinitionRefusal>>;
}
