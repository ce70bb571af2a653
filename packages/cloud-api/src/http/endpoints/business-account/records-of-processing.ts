import { Type } from 'typebox';
import { recordOfProcessing } from '../../../compliance/record-of-processing.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { describeRetentionRule, shownRetentionRule } from './retention.ts';
import { pageOf, paging } from '../../shapes.ts';

/** `GET /{waba}/records_of_processing`: what is processed, for what, where and for how long (GDPR article 30). */
export const listRecordsOfProcessing: BusinessAccountOperation = {
  name: 'list records of processing',
  method: 'GET',
  edge: 'records_of_processing',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Lists what is processed, for what, where and for how long',
    isOwn: true,
    takes: Type.Object(paging),
    answers: pageOf(
      Type.Object({
        system: Type.String(),
        region: Type.Union([Type.String(), Type.Null()]),
        data_class: Type.String(),
        description: Type.String(),
        people: Type.Array(Type.String()),
        purpose: Type.String(),
        legal_role: Type.String(),
        readers: Type.Array(Type.String()),
        measures: Type.Array(Type.String()),
        tables: Type.Array(Type.String()),
        retention: shownRetentionRule,
      }),
    ),
  },
  async run({ compliance }, { parameters, url }) {
    const page = takePage(recordOfProcessing(compliance.regions), parameters);
    const data = page.items.map(({ dataClass, what, legalRole, retention, ...activity }) => ({
      ...activity,
      data_class: dataClass,
      description: what,
      legal_role: legalRole,
      retention: describeRetentionRule(retention, compliance.maxRetentionHours),
    }));
    return answerPage(page, data, url);
  },
};
