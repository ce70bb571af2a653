import type { TSchema } from 'typebox';
import { defaultVersion } from '../../contract/versions.ts';
import { listEndpoints, type Endpoint } from './endpoints.ts';
import { membersOf } from './notation.ts';

/** The API as OpenAPI 3.1, from the schemas of the operations. */
export function describeOpenApi(): object {
  const endpoints = listEndpoints();
  const paths = new Map<string, Record<string, object>>();
  for (const endpoint of endpoints) {
    const path = `/{version}${endpoint.path}`;
    const methods = paths.get(path) ?? {};
    paths.set(path, { ...methods, [endpoint.method.toLowerCase()]: describeEndpoint(endpoint) });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postern Cloud API',
      version: defaultVersion,
      description:
        'Made from the schemas of the operations by `npm run api`. Ids of all kinds stand in the same place of a path, so ' +
        'that the kind of the object, not the path alone, says what is called. Any parameter may also stand in the query.',
    },
    servers: [{ url: 'http://127.0.0.1:8700' }],
    security: [{ token: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: errorSchema },
      responses: {
        Error: { description: 'A Graph error', content: json({ $ref: '#/components/schemas/Error' }) },
      },
    },
  };
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'code', 'fbtrace_id'],
      properties: {
        message: { type: 'string' },
        type: { enum: ['OAuthException', 'GraphMethodException'] },
        code: { type: 'integer' },
        error_subcode: { type: 'integer' },
        error_data: {
          type: 'object',
          properties: { messaging_product: { const: 'whatsapp' }, details: { type: 'string' } },
        },
        is_transient: { type: 'boolean' },
        fbtrace_id: { type: 'string' },
      },
    },
  },
};

function describeEndpoint({ method, path, name, permission, schema }: Endpoint): object {
  const { summary, differs, isOwn, takes, answers } = schema;
  const notes = [
    ...(permission === null ? [] : [`Permission: ${permission}.`]),
    ...(isOwn ? ["Postern's own: the contract has nothing like it."] : []),
    ...(differs === undefined ? [] : [differs]),
  ];
  return {
    operationId: operationId(name),
    summary,
    ...(notes.length > 0 && { description: notes.join(' ') }),
    parameters: [
      ...['version', ...namesIn(path)].map(pathParameter),
      ...(method === 'POST' ? [] : queryParameters(takes)),
    ],
    ...(method === 'POST' && membersOf(takes).length > 0 && { requestBody: { content: bodyOf(takes) } }),
    responses: {
      200: { description: 'It was done', content: json(answers) },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

/** `list message templates` → `listMessageTemplates` */
function operationId(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+(.)/g, (_all, letter: string) => letter.toUpperCase());
}

function namesIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function pathParameter(name: string): object {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function queryParameters(takes: TSchema): object[] {
  return membersOf(takes).map(({ name, schema, isRequired }) => {
    return { name, in: 'query', ...(isRequired && { required: true }), schema };
  });
}

/** A body that holds a file comes in parts; any other as JSON or as a form. */
function bodyOf(takes: TSchema): object {
  const hasFile = membersOf(takes).some(({ schema }) => (schema as { format?: string }).format === 'binary');
  if (hasFile) return { 'multipart/form-data': { schema: takes } };
  return { ...json(takes), 'application/x-www-form-urlencoded': { schema: takes } };
}

function json(schema: TSchema): object {
  return { 'application/json': { schema } };
}
