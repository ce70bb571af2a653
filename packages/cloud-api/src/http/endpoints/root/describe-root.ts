import { defaultVersion } from '../../../contract/versions.ts';
import type { RootOperation } from '../../operation.ts';

/** `GET /` and `GET /v25.0`: where somebody has come to. It needs no token. */
export const describeRoot: RootOperation = {
  name: 'root',
  method: 'GET',
  path: '',
  async run() {
    return { name: 'Postern', api: 'Cloud API', version: defaultVersion };
  },
};
