import { Type } from 'typebox';
import type { PhoneNumberOperation } from '../../operation.ts';

/** `GET /{phone}/official_business_account` (contract section 5.4). Nobody awards such a mark here, and nobody can ask for it. */
export const getOfficialBusinessAccount: PhoneNumberOperation = {
  name: 'official business account',
  method: 'GET',
  edge: 'official_business_account',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Shows whether the number has the mark of an official business account',
    differs: 'Nobody awards that mark: it always says NOT_STARTED.',
    takes: Type.Object({}),
    answers: Type.Object({ oba_status: Type.Literal('NOT_STARTED'), id: Type.String() }),
  },
  run: async (_services, { node }) => ({ oba_status: 'NOT_STARTED', id: node.id }),
};
