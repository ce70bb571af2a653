import type { Parameters } from './parameters.ts';

export const methods = ['GET', 'POST', 'DELETE'] as const;

/** What a request asks for: its parameters may name another method (`?method=delete`), and HEAD asks as GET does. @throws GraphError */
export function askedMethod(method: string, parameters: Parameters): string {
  if (method === 'HEAD') return 'GET';
  return parameters.findChoice('method', methods) ?? method;
}
