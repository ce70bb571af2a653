import type { FlowLinkClaims, FlowLinkPurpose } from '../../flows/flow-links.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

/** Where the file of a flow is had, and where its screens are seen. */
export const flowPaths: Readonly<Record<FlowLinkPurpose, string>> = {
  file: '/flows/file',
  preview: '/flows/preview',
};

/** A URL of a flow: at the host and by the scheme of the request that asked. */
export function flowUrl(
  purpose: FlowLinkPurpose,
  { flowId, sinceMs, signature }: FlowLinkClaims,
  askedUrl: string,
): string {
  const url = URL.parse(flowPaths[purpose], askedUrl);
  if (!url) throw parameterError('The Host header of the request is not valid.');
  url.search = new URLSearchParams({ flow: flowId, since: String(sinceMs), hash: signature }).toString();
  return url.href;
}

/** What a URL of a flow says; null when it says nothing of the kind. */
export function findFlowClaims(parameters: Parameters): FlowLinkClaims | null {
  const [flowId, since, signature] = ['flow', 'since', 'hash'].map((name) => parameters.findText(name) ?? '');
  if (!flowId || !signature || !since || !/^[0-9]{1,15}$/.test(since)) return null;
  return { flowId, sinceMs: Number(since), signature };
}
