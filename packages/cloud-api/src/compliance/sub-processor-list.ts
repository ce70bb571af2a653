import { limits } from '@postern/protocol';
import { ConfigError } from '@postern/service';
import { dayOf, effectiveFromMs, type SubProcessor } from './sub-processor.ts';

/** A list as it was declared at one time. It alone says who is in force at any time from then on. */
export interface DeclaredList {
  readonly version: number;
  readonly declaredAtMs: number;
  readonly entries: readonly SubProcessor[];
  /** Entries that stand until those of the same name in `entries` take effect. */
  readonly standing: readonly SubProcessor[];
}

export interface ListChanges {
  readonly added: readonly SubProcessor[];
  readonly removed: readonly SubProcessor[];
  readonly changed: readonly SubProcessor[];
}

/** Who may be given data at this time. */
export function inForce({ entries, standing }: DeclaredList, nowMs: number): SubProcessor[] {
  return entries.flatMap((entry) => {
    if (effectiveFromMs(entry) <= nowMs) return [entry];
    const stood = withName(standing, entry.name);
    return stood ? [stood] : [];
  });
}

/** What takes effect later. */
export function announced({ entries }: DeclaredList, nowMs: number): SubProcessor[] {
  return entries.filter((entry) => effectiveFromMs(entry) > nowMs);
}

/**
 * The version that declares these entries; null when they are what the previous one declared. No list at all (null) is
 * an empty one, unless there was one with entries: then somebody has forgotten it. Whoever is new or changed must be
 * declared `limits.subProcessorNoticeMs` ahead, except in the first version ever. To take an announcement back needs no
 * notice, and neither does a removal: who is dropped is given nothing more.
 * @throws ConfigError that says what to do
 */
export function declareNext(
  previous: DeclaredList | null,
  given: readonly SubProcessor[] | null,
  nowMs: number,
): DeclaredList | null {
  if (!given && previous && previous.entries.length > 0) throw forgotten(previous);
  const entries = given ?? [];
  if (!previous) return { version: 1, declaredAtMs: nowMs, entries, standing: [] };
  const { added, removed, changed } = compareLists(previous, entries);
  if (added.length + removed.length + changed.length === 0) return null;
  const present = inForce(previous, nowMs);
  for (const entry of [...added, ...changed]) {
    const isBackToPresent = isSame(entry, withName(present, entry.name));
    if (!isBackToPresent && effectiveFromMs(entry) < nowMs + limits.subProcessorNoticeMs) throw tooShort(entry, nowMs);
  }
  const standing = present.filter(({ name }) => {
    const next = withName(entries, name);
    return next !== undefined && effectiveFromMs(next) > nowMs;
  });
  return { version: previous.version + 1, declaredAtMs: nowMs, entries, standing };
}

/** How these entries differ from those of a list. */
export function compareLists({ entries: before }: DeclaredList, after: readonly SubProcessor[]): ListChanges {
  return {
    added: after.filter(({ name }) => !withName(before, name)),
    removed: before.filter(({ name }) => !withName(after, name)),
    changed: after.filter((entry) => {
      const old = withName(before, entry.name);
      return old !== undefined && !isSame(entry, old);
    }),
  };
}

/** The day on which the first of these changes takes effect. A removal does at once, and so does what is taken back. */
export function firstEffect({ added, removed, changed }: ListChanges, declaredAtMs: number): string {
  const first = Math.min(...[...added, ...changed].map(effectiveFromMs), ...removed.map(() => declaredAtMs));
  return dayOf(Math.max(first, declaredAtMs));
}

function forgotten({ version }: DeclaredList): ConfigError {
  return new ConfigError(
    `Version ${version} of the list of sub-processors has entries, and now there is no list. Set subProcessorsFile; ` +
      `a list without entries says that there are no sub-processors any more.`,
  );
}

function tooShort({ name, effectiveFrom }: SubProcessor, nowMs: number): ConfigError {
  // The first day that begins when the notice period is over.
  const earliest = dayOf(nowMs + limits.subProcessorNoticeMs + 24 * limits.hourMs - 1);
  return new ConfigError(
    `The sub-processor "${name}" is new or changed and is to take effect on ${effectiveFrom}. Businesses are to know ` +
      `of it ${limits.subProcessorNoticeMs / (24 * limits.hourMs)} days before: set effectiveFrom to ${earliest} or later.`,
  );
}

function withName(entries: readonly SubProcessor[], name: string): SubProcessor | undefined {
  return entries.find((entry) => entry.name === name);
}

function isSame(entry: SubProcessor, other: SubProcessor | undefined): boolean {
  const keys = Object.keys(entry) as (keyof SubProcessor)[];
  return other !== undefined && keys.every((key) => entry[key] === other[key]);
}
