/** Something that the demo promises did not happen; the message says what. */
export class DemoFailedError extends Error {
  override readonly name = 'DemoFailedError';
}

/** @throws DemoFailedError unless it is so */
export function claim(isSo: boolean, what: string): void {
  if (!isSo) throw new DemoFailedError(`It is not so that ${what}.`);
}
