import { findNotBuilt } from '../contract/not-built.ts';
import { appOperations } from './endpoints/app/operations.ts';
import { businessOperations } from './endpoints/business/operations.ts';
import { businessAccountOperations } from './endpoints/business-account/operations.ts';
import { flowOperations } from './endpoints/flow/operations.ts';
import { mediaOperations } from './endpoints/media/operations.ts';
import { phoneNumberOperations } from './endpoints/phone-number/operations.ts';
import { rootOperations } from './endpoints/root/operations.ts';
import { systemUserOperations } from './endpoints/system-user/operations.ts';
import { templateOperations } from './endpoints/template/operations.ts';
import { uploadOperations } from './endpoints/upload/operations.ts';
import { notBuiltError, unknownEdgeError, unknownObjectError } from './graph-errors.ts';
import { findEdgeValues, type GraphPath } from './graph-path.ts';
import type { GraphNode, Operation, RootOperation } from './operation.ts';

/** Every operation, by the kind of object: it is only ever run with a node of the kind that it is listed under. */
export const operations = {
  phone_number: phoneNumberOperations,
  whatsapp_business_account: businessAccountOperations,
  app: appOperations,
  business: businessOperations,
  system_user: systemUserOperations,
  media: mediaOperations,
  upload: uploadOperations,
  message_template: templateOperations,
  flow: flowOperations,
} as unknown as Readonly<Record<GraphNode['kind'], readonly Operation<GraphNode>[]>>;

export { rootOperations };

/**
 * What this request wants done with the object.
 * @throws GraphError when the object has no such edge (2500), does not do this with it (100/33), or would in the contract (3)
 */
export function getOperation(
  node: GraphNode,
  { method, edge }: { method: string; edge: string | null },
): Operation<GraphNode> {
  const ofKind = operations[node.kind];
  const isOnEdge = (operation: Operation<GraphNode>) => findEdgeValues(operation.edge, edge) !== null;
  const operation = ofKind.find((each) => each.method === method && isOnEdge(each));
  if (operation) return operation;
  const missing = findNotBuilt(node.kind, { method, edge });
  if (missing) throw notBuiltError(missing.what);
  if (edge !== null && !ofKind.some(isOnEdge)) throw unknownEdgeError(edge);
  throw unknownObjectError(method, node.id);
}

/** How to read this edge of an object; null when it has none of the name that can be read. */
export function findReadableEdge({ kind }: GraphNode, edge: string): Operation<GraphNode> | null {
  return operations[kind].find((each) => each.edge === edge && each.method === 'GET') ?? null;
}

/** Whether the body of a request is a file as it is. That shows in its path alone, before anybody knows who calls. */
export function takesRawFile(method: string, { node, edge }: GraphPath): boolean {
  if (!node?.startsWith('upload:')) return false;
  return operations.upload.some((each) => each.file === 'raw' && each.method === method && each.edge === edge);
}

/** What a request wants done that names no object of the Graph; null when the path is no such name. */
export function findRootOperation(method: string, { node, edge }: GraphPath): RootOperation | null {
  const path = [node ?? '', ...(edge === null ? [] : [edge])].join('/');
  return rootOperations.find((operation) => operation.path === path && operation.method === method) ?? null;
}
