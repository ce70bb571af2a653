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

/** Reads a URL as the Graph does: version or none, `v` or `V`, doubled and trailing slashes (contract section 1.1). */
export function parseGraphPath(url: string): GraphPath {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  const segments = path.split('/').filter((segment) => segment !== '');
  const isVersioned = segments[0] !== undefined && versionPattern.test(segments[0]);
  const version = isVersioned ? (segments.shift() ?? '').toLowerCase() : defaultVersion;
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
