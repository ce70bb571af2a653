import type { IncomingHttpHeaders } from 'node:http';
import { authenticate, findToken, requirePermission, tokenOf } from './authentication.ts';
import { unknownObjectError } from './graph-errors.ts';
import { findEdgeValues, type GraphPath } from './graph-path.ts';
import type { MultipartBody } from './multipart.ts';
import type { GraphNode, Operation, Services } from './operation.ts';
import { findRootOperation, getOperation } from './operations.ts';
import type { Parameters } from './parameters.ts';
import { readWithFields } from './read-with-fields.ts';
import type { RawFile } from './request-body.ts';

/** One request, as it came. */
export interface GraphRequest {
  /** As {@link askedMethod} tells it. */
  readonly method: string;
  readonly path: GraphPath;
  /** The whole URL, for links to more of a list. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** From the query and the body; of a form in several parts only those that come before the file. */
  readonly parameters: Parameters;
  readonly form: MultipartBody | null;
  readonly raw: RawFile | null;
}

/** What a request asks for: its parameters may name another method (`?method=delete`), and HEAD asks as GET does. @throws GraphError */
export function askedMethod(method: string, parameters: Parameters): string {
  if (method === 'HEAD') return 'GET';
  return parameters.findChoice('method', methods) ?? method;
}

const methods = ['GET', 'POST', 'DELETE'] as const;

/** Carries a request out, up to what is answered as JSON. `note` is told what it wants. @throws GraphError and what toGraphError knows */
export async function carryOut(
  services: Services,
  request: GraphRequest,
  note: (operationName: string) => void,
): Promise<object> {
  const { method, path, url, headers, parameters } = request;
  const { node: id, version } = path;
  const root = findRootOperation(method, path);
  if (root) {
    note(root.name);
    const values = await readRest(request);
    return root.run(services, { token: findToken(headers, values), parameters: values, url, version });
  }
  if (id === null) throw unknownObjectError(method, '/');
  const caller = await authenticate(services.access, tokenOf(headers, parameters), id);
  const node = caller.node ?? (await services.localNodes.find(id, caller));
  if (node === null) throw unknownObjectError(method, id);
  const operation = getOperation(node, { method, edge: path.edge });
  note(operation.name);
  requirePermission(caller, operation.permission);
  const call = { node, caller, url, version, headers, ...(await readBody(request, operation)) };
  return operation.method === 'GET' ? readWithFields(services, operation, call) : operation.run(services, call);
}

/** What is left of the body to read before the operation may run, as it takes it. @throws GraphError */
async function readBody(
  request: GraphRequest,
  { file, edge }: Operation<GraphNode>,
): Promise<{ parameters: Parameters; form: MultipartBody | null; raw: RawFile | null }> {
  const { form, raw, path } = request;
  const isLeft = form !== null && file === 'multipart';
  const parameters = isLeft ? request.parameters : await readRest(request);
  const named = edge?.includes('{') ? parameters.extend(findEdgeValues(edge, path.edge) ?? {}) : parameters;
  return { parameters: named, form: isLeft ? form : null, raw };
}

/** All the parameters of a request without a file. @throws GraphError */
async function readRest({ parameters, form }: GraphRequest): Promise<Parameters> {
  return form === null ? parameters : parameters.extend(await form.readFields());
}
