import { Type } from 'typebox';
import type { BusinessAccountOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { pageOf, paging } from '../../shapes.ts';
import { phoneNumberFieldsParameter, shownPhoneNumber } from '../phone-number/phone-number-shape.ts';
import { describePhoneNumber, parsePhoneNumberFields } from '../phone-number/phone-number.ts';

/** `GET /{waba}/phone_numbers` (contract section 5.1). */
export const listPhoneNumbers: BusinessAccountOperation = {
  name: 'list phone numbers',
  method: 'GET',
  edge: 'phone_numbers',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Lists the phone numbers of the account',
    takes: Type.Object({ ...phoneNumberFieldsParameter, ...paging }),
    answers: pageOf(shownPhoneNumber),
  },
  async run(services, { node, caller, parameters, url }) {
    const fields = parsePhoneNumberFields(parameters);
    const page = takePage(node.phoneNumbers, parameters);
    const shown = page.items.map((phone) => describePhoneNumber(services, phone, { appId: caller.appId, fields }));
    return answerPage(page, await Promise.all(shown), url);
  },
};
