import { limits } from '@postern/protocol';
import { requirePermission } from './authentication.ts';
import { findNamedFields, parseNamedFields, type NamedField } from './fields.ts';
import { parameterError } from './graph-errors.ts';
import type { GraphCall, GraphNode, Operation, Services } from './operation.ts';
import { findReadableEdge } from './operations.ts';
import { Parameters } from './parameters.ts';

type Call = GraphCall<GraphNode>;

/**
 * Reads an object or an edge, cut down to the `fields` that are asked for, however deep. A field that is the name of an edge of
 * the object is answered as that edge would be: `phone_numbers.limit(2){id}` (contract section 1.6).
 * @throws GraphError
 */
export async function readWithFields(services: Services, operation: Operation<GraphNode>, call: Call): Promise<object> {
  const named = findNamedFields(call.parameters);
  if (named === null) return operation.run(services, call);
  const edges = operation.edge === null ? named.filter(({ name }) => findEdge(call, operation, name)) : [];
  if (edges.length === 0) return cutDown(await operation.run(services, call), named);
  if (edges.length > limits.maxRequestedEdges)
    throw parameterError(`Param fields must name at most ${limits.maxRequestedEdges} edges.`);
  const own = named.filter((field) => !edges.includes(field));
  const answer = own.length === 0 ? {} : await operation.run(services, { ...call, parameters: without(call, edges) });
  const read: Record<string, unknown> = { ...cutDown(answer, own) };
  for (const field of edges) read[field.name] = await readEdge(services, field, call);
  return { ...read, id: call.node.id };
}

function findEdge({ node }: Call, { fields = [] }: Operation<GraphNode>, name: string): Operation<GraphNode> | null {
  return fields.includes(name) ? null : findReadableEdge(node, name);
}

/** The parameters of the call with the fields that are the object's own. */
function without({ parameters }: Call, edges: readonly NamedField[]): Parameters {
  const own = (findNamedFields(parameters) ?? []).filter(({ name }) => !edges.some((edge) => edge.name === name));
  return parameters.extend({ fields: own.map(writeField).join(',') });
}

function writeField({ name, calls, subfields }: NamedField): string {
  const written = Object.entries(calls).map(([call, value]) => `.${call}(${value})`);
  return `${name}${written.join('')}${subfields === null ? '' : `{${subfields}}`}`;
}

async function readEdge(services: Services, { name, calls, subfields }: NamedField, call: Call): Promise<object> {
  const operation = findReadableEdge(call.node, name);
  if (!operation) throw parameterError('Param fields must name edges that can be read.');
  requirePermission(call.caller, operation.permission);
  const values = { ...calls, ...(subfields !== null && { fields: subfields }) };
  const url = urlOfEdge(call, name, values);
  const parameters = new Parameters(values);
  return readWithFields(services, operation, { ...call, parameters, url });
}

/** Where the edge by itself would be read, for the links to more of its list. */
function urlOfEdge({ node, url, version }: Call, edge: string, values: Readonly<Record<string, string>>): string {
  const asked = URL.parse(url);
  const edgeUrl = URL.parse(`/${version}/${encodeURIComponent(node.id)}/${edge}`, url);
  if (!asked || !edgeUrl) throw parameterError('The Host header of the request is not valid.');
  for (const [name, value] of Object.entries(values)) edgeUrl.searchParams.set(name, value);
  const token = asked.searchParams.get('access_token');
  if (token !== null) edgeUrl.searchParams.set('access_token', token);
  return edgeUrl.href;
}

/** Members that are shown unasked, wherever they are. */
const always: ReadonlySet<string> = new Set(['id', 'messaging_product']);

/** What is left of an object, of each object of a list, or of each in the `data` of a list of the Graph's. */
function cutDown(value: unknown, fields: readonly NamedField[]): object {
  return cut(value, new Map(fields.map((field) => [field.name, field]))) as object;
}

function cut(value: unknown, fields: ReadonlyMap<string, NamedField>): unknown {
  if (Array.isArray(value)) return value.map((each) => cut(each, fields));
  if (value === null || typeof value !== 'object') return value;
  const { data } = value as { data?: unknown };
  if (Array.isArray(data) && !fields.has('data')) return { ...value, data: cut(data, fields) };
  const left: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    const field = fields.get(name);
    if (field !== undefined) left[name] = cutField(each, field);
    else if (always.has(name)) left[name] = each;
  }
  return left;
}

function cutField(value: unknown, { subfields }: NamedField): unknown {
  return subfields === null ? value : cutDown(value, parseNamedFields(subfields));
}
