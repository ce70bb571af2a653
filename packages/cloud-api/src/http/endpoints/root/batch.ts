import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { findToken } from '../../authentication.ts';
import { askedMethod, methods } from '../../asked-method.ts';
import { encodeGraphError } from '../../error-answers.ts';
import { parameterError } from '../../graph-errors.ts';
import { parseGraphPath } from '../../graph-path.ts';
import { parseNamedValues } from '../../named-values.ts';
import type { InnerRequest, RootCall, RootOperation } from '../../operation.ts';
import { Parameters } from '../../parameters.ts';
import { anyObject, open } from '../../shapes.ts';
import { newTraceId } from '../../trace-id.ts';

const item = Type.Object(
  {
    method: Type.Optional(Type.String({ description: `${methods.join(', ')}; GET unless told.` })),
    relative_url: Type.String({ description: 'Path and query, `v25.0/106540352242922/messages`.' }),
    body: Type.Optional(Type.Union([Type.String(), anyObject])),
    headers: Type.Optional(
      Type.Array(Type.String({ description: '`Authorization: Bearer …`; others are not looked at.' })),
    ),
    access_token: Type.Optional(Type.String()),
    omit_response_on_success: Type.Optional(Type.Boolean()),
  },
  open,
);

const header = Type.Object({ name: Type.String(), value: Type.String() });
const answered = Type.Object({ code: Type.Integer(), headers: Type.Optional(Type.Array(header)), body: Type.String() });

/** `POST /` with `batch`: up to 50 requests in one, carried out one after the other, each answered for itself. */
export const batch: RootOperation = {
  name: 'batch',
  method: 'POST',
  path: '',
  schema: {
    summary: 'Carries out several requests at once',
    takes: Type.Object({
      batch: Type.Array(item, { minItems: 1, maxItems: limits.maxBatchRequests }),
      include_headers: Type.Optional(Type.Boolean()),
    }),
    answers: Type.Array(Type.Union([answered, Type.Null()])),
    differs: 'No files (attached_files), and no request that uses what another one was answered (depends_on, name).',
  },
  async run(_services, call) {
    const items = call.parameters.getList('batch', { min: 1, max: limits.maxBatchRequests });
    const includesHeaders = call.parameters.findFlag('include_headers') ?? true;
    const answers: (object | null)[] = [];
    // One after the other: messages to a person stay in the order in which the batch has them.
    for (const each of items) answers.push(await answerItem(each, { call, includesHeaders }));
    return answers;
  },
};

async function answerItem(
  asked: Parameters,
  { call, includesHeaders }: { call: RootCall; includesHeaders: boolean },
): Promise<object | null> {
  try {
    const omits = asked.findFlag('omit_response_on_success') ?? false;
    const body = JSON.stringify(await call.carryOut(parseItem(asked, call)));
    return omits ? null : encodeAnswer(200, body, includesHeaders);
  } catch (error) {
    const told = call.toGraphError(error);
    return encodeAnswer(told.http, encodeGraphError(told, newTraceId()), includesHeaders);
  }
}

function encodeAnswer(code: number, body: string, includesHeaders: boolean): object {
  const headers = [{ name: 'Content-Type', value: 'application/json; charset=UTF-8' }];
  return { code, ...(includesHeaders && { headers }), body };
}

/** One request of a batch. Its token is its own, or else that of the whole. @throws GraphError */
function parseItem(asked: Parameters, { token, parameters: outer, url, version }: RootCall): InnerRequest {
  for (const name of ['attached_files', 'depends_on', 'name'])
    if (asked.has(name)) throw parameterError(`Param ${asked.label(name)} is not supported.`);
  const relativeUrl = asked.getText('relative_url').replace(/^\/+/, '');
  const own = URL.parse(`/${relativeUrl}`, url);
  if (!own || own.origin !== URL.parse(url)?.origin)
    throw parameterError(`Param ${asked.label('relative_url')} must be a path with or without a query.`);
  const values = { ...parseNamedValues(own.search.slice(1)), ...parseBody(asked) };
  const ownToken = findOwnToken(asked, new Parameters(values));
  const proof = ownToken === null ? outer.findText('appsecret_proof') : null;
  const parameters = new Parameters(proof === null ? values : { appsecret_proof: proof, ...values });
  const method = askedMethod(asked.findChoice('method', methods) ?? 'GET', parameters);
  return { method, path: parseGraphPath(own.pathname, version), url: own.href, token: ownToken ?? token, parameters };
}

/** A form, or a JSON object, as text or as it is. @throws GraphError */
function parseBody(asked: Parameters): Record<string, unknown> {
  if (!asked.isText('body')) return { ...asked.findJson('body') };
  const text = asked.findText('body') ?? '';
  return text.trimStart().startsWith('{') ? { ...asked.findJson('body') } : parseNamedValues(text);
}

/** @throws GraphError */
function findOwnToken(asked: Parameters, parameters: Parameters): string | null {
  const [authorization] = (asked.findWords('headers') ?? []).flatMap((line) => {
    const [, value] = /^authorization\s*:\s*(.*)$/i.exec(line) ?? [];
    return value === undefined ? [] : [value];
  });
  if (authorization !== undefined) return findToken({ authorization }, parameters) ?? noToken();
  return asked.findText('access_token') ?? parameters.findText('access_token');
}

function noToken(): never {
  throw parameterError('The Authorization of a request in a batch must be Bearer or OAuth, and a token.');
}
