import type { IncomingHttpHeaders } from 'node:http';
import type { CallUsage } from '../rules/call-rates.ts';
import { authenticate, findToken, requirePermission, tokenOf } from './authentication.ts';
import { countCall } from './call-usage.ts';
import { parameterError, unknownObjectError, type GraphError } from './graph-errors.ts';
import { findEdgeValues, type GraphPath } from './graph-path.ts';
import { requireProof, requireProofAtRoot } from './secret-proof.ts';
import type { MultipartBody } from './multipart.ts';
import type { GraphNode, InnerRequest, Operation, RootOperation, Services } from './operation.ts';
import { findRootOperation, getOperation } from './operations.ts';
import type { Parameters } from './parameters.ts';
import { readWithFields } from './read-with-fields.ts';
import type { RawFile } from './request-body.ts';

/** One request, as it came. */
export interface GraphRequest {
  /** What it asks for, which is not always what its first line says. */
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

/** What a request is carried out in. */
interface Surroundings {
  readonly services: Services;
  readonly toGraphError: (error: unknown) => GraphError;
  /** Is told what a request turns out to want. */
  readonly note: (operationName: string) => void;
  /** Is told how far the calls of an hour are used up, where they are counted. */
  readonly tellUsage: (usage: CallUsage) => void;
}

/** Carries a request out, up to what is answered as JSON. @throws GraphError and what toGraphError knows */
export async function carryOut(surroundings: Surroundings, request: GraphRequest): Promise<object> {
  const { services, note } = surroundings;
  const { method, path, url, headers, parameters } = request;
  const { node: named, version } = path;
  const root = findRootOperation(method, path);
  if (root) return runAtRoot(surroundings, root, request);
  if (named === null) throw unknownObjectError(method, '/');
  const token = tokenOf(headers, parameters);
  const id = named === 'me' ? await findOwnId(services, token) : named;
  const caller = await authenticate(services.access, token, id);
  await requireProof(services.access, { caller, token, parameters });
  const node = caller.node ?? (await services.localNodes.find(id, caller));
  if (node === null) throw unknownObjectError(method, id);
  const operation = getOperation(node, { method, edge: path.edge });
  note(operation.name);
  requirePermission(caller, operation.permission);
  await countCall(services, { appId: caller.appId, node, operation }, surroundings.tellUsage);
  const call = { node, caller, token, url, version, headers, ...(await readBody(request, operation)) };
  return operation.method === 'GET' ? readWithFields(services, operation, call) : operation.run(services, call);
}

/** Whom `me` stands for: the system user whose token it is, or the app whose own it is. @throws GraphError 190 */
async function findOwnId({ access }: Services, token: string): Promise<string> {
  const { userId, appId } = await authenticate(access, token, null);
  return userId ?? appId;
}

async function runAtRoot(surroundings: Surroundings, root: RootOperation, request: GraphRequest): Promise<object> {
  const { services, note, tellUsage, toGraphError } = surroundings;
  const { url, headers, path } = request;
  note(root.name);
  const parameters = await readRest(request);
  const token = findToken(headers, parameters);
  if (token !== null) await requireProofAtRoot(services.access, token, parameters);
  return root.run(services, {
    token,
    parameters,
    url,
    version: path.version,
    carryOut: (inner) => carryOut({ services, toGraphError, note: () => undefined, tellUsage }, asRequest(inner)),
    toGraphError,
  });
}

function asRequest({ method, path, url, token, parameters }: InnerRequest): GraphRequest {
  // What requests are made of cannot be made of requests again: that would have no end.
  if (path.node === null) throw parameterError('A request inside another one must name an object.');
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  return { method, path, url, headers, parameters, form: null, raw: null };
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
