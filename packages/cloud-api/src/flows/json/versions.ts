/** The versions of flow.json that there are, oldest first. */
const flowJsonVersions = [
  '2.1',
  '3.0',
  '3.1',
  '4.0',
  '5.0',
  '5.1',
  '6.0',
  '6.1',
  '6.2',
  '6.3',
  '7.0',
  '7.1',
  '7.2',
  '7.3',
] as const;

/** The versions in which an endpoint can be spoken to. */
const dataApiVersions: readonly string[] = ['3.0', '4.0'];

export function isFlowJsonVersion(version: string): boolean {
  return flowJsonVersions.some((each) => each === version);
}

export function isDataApiVersion(version: string): boolean {
  return dataApiVersions.includes(version);
}

/** Whether a file of this version may hold what came with another one. */
export function hasSince(version: string, since: string): boolean {
  const place = (each: string) => flowJsonVersions.findIndex((known) => known === each);
  return place(version) >= place(since);
}
