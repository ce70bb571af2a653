import type { UpkeepTask } from '../upkeep.ts';
import type { DisplayNames } from './display-names.ts';

/** Does from time to time what is due with the names of numbers. */
export class DisplayNameUpkeep implements UpkeepTask {
  readonly name = 'display-names';
  readonly #displayNames: Pick<DisplayNames, 'runDue'>;

  constructor(displayNames: Pick<DisplayNames, 'runDue'>) {
    this.#displayNames = displayNames;
  }

  run(): Promise<void> {
    return this.#displayNames.runDue();
  }
}
