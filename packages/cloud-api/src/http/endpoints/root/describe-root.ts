import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { defaultVersion } from '../../../contract/versions.ts';
import { parameterError } from '../../graph-errors.ts';
import type { RootCall, RootOperation } from '../../operation.ts';
import { anyObject, words } from '../../shapes.ts';

const place = Type.Object({ name: Type.String(), api: Type.String(), version: Type.String() });

/**
 * `GET /` and `GET /v25.0`: where somebody has come to, which needs no token. With `ids` it is several objects at once, by
 * their ids.
 */
export const describeRoot: RootOperation = {
  name: 'root',
  method: 'GET',
  path: '',
  schema: {
    summary: 'Says where somebody has come to, or reads several objects at once',
    takes: Type.Object({
      ids: Type.Optional(
        words(`Of at most ${limits.maxBatchRequests} objects; the other parameters are for each of them.`),
      ),
      fields: Type.Optional(words()),
    }),
    answers: Type.Union([place, Type.Record(Type.String({ pattern: '^[0-9]{1,20}$' }), anyObject)]),
  },
  async run(_services, call) {
    const ids = call.parameters.findWords('ids');
    return ids === null ? { name: 'Postern', api: 'Cloud API', version: defaultVersion } : readObjects(ids, call);
  },
};

/** @throws GraphError when one of them cannot be read */
async function readObjects(ids: readonly string[], { parameters, token, url, version, carryOut }: RootCall) {
  const distinct = [...new Set(ids)];
  if (distinct.length > limits.maxBatchRequests || distinct.some((id) => !/^[0-9]{1,20}$/.test(id)))
    throw parameterError(`Param ids must name 1 to ${limits.maxBatchRequests} objects.`);
  const objects: Record<string, object> = {};
  for (const id of distinct) {
    const own = { path: { version, node: id, edge: null }, url: URL.parse(`/${version}/${id}`, url)?.href ?? url };
    objects[id] = await carryOut({ method: 'GET', ...own, token, parameters: parameters.without('ids') });
  }
  return objects;
}
