import type { UpkeepTask } from '../upkeep.ts';
import type { TemplateLifeCycle } from './life-cycle.ts';

/** Does from time to time what is due with templates. */
export class TemplateUpkeep implements UpkeepTask {
  readonly name = 'templates';
  readonly #lifeCycle: TemplateLifeCycle;

  constructor(lifeCycle: TemplateLifeCycle) {
    this.#lifeCycle = lifeCycle;
  }

  run(): Promise<void> {
    return this.#lifeCycle.runDue();
  }
}
