import { defaultVersion } from '../contract/versions.ts';

/** What a URL names: `/v25.0/{node}/{edge}`. */
export interface GraphPath {
  version: string;
  /** Null for the root. */
  node: string | null;
  /** The rest of the path; null when the node itself is meant. */
  edge: string | null;
}

const versionPattern = /^v\d{1,3}\.\d{1,3}$/i;

/**
 * Reads a URL as the Graph does: version or none, `v` or `V`, doubled and trailing slashes (contract section 1.1). Without a
 * version it is the one given.
 */
export function parseGraphPath(url: string, unversioned = defaultVersion): GraphPath {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  const segments = path.split('/').filter((segment) => segment !== '');
  const isVersioned = segments[0] !== undefined && versionPattern.test(segments[0]);
  const version = isVersioned ? (segments.shift() ?? '').toLowerCase() : unversioned;
  const [node = null, ...rest] = segments.map(decodeSegment);
  return { version, node, edge: rest.length === 0 ? null : rest.join('/') };
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What stands in the path for the parts in braces of an operation's edge, `message_qrdls/{code}`; null when it is another edge. */
export function findEdgeValues(pattern: string | null, edge: string | null): Readonly<Record<string, string>> | null {
  if (pattern === edge) return {};
  if (edge === null || !pattern?.includes('{')) return null;
  const [names, parts] = [pattern.split('/'), edge.split('/')];
  if (names.length !== parts.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)\}$/.exec(names[index] ?? '')?.[1];
    if (name !== undefined) values[name] = part;
    else if (names[index] !== part) return null;
  }
  return values;
}
