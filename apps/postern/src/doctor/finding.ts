/** What one check of the doctor found. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  /** What to do when it is not in order. */
  readonly remedy?: string;
}

export type Check = () => Promise<Finding> | Finding;

/** Runs a check; one that throws has found something. */
export async function runCheck(name: string, check: Check): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return { check: name, ok: false, message: (error as Error).message };
  }
}
