import { Type } from 'typebox';
import { defaultVersion } from '../../../contract/versions.ts';
import type { RootOperation } from '../../operation.ts';
import { nothing } from '../../shapes.ts';

/** `GET /` and `GET /v25.0`: where somebody has come to. It needs no token. */
export const describeRoot: RootOperation = {
  name: 'root',
  method: 'GET',
  path: '',
  schema: {
    summary: 'Says where somebody has come to',
    takes: nothing,
    answers: Type.Object({ name: Type.String(), api: Type.String(), version: Type.String() }),
  },
  async run() {
    return { name: 'Postern', api: 'Cloud API', version: defaultVersion };
  },
};
