import { Type } from 'typebox';
import { describeSubProcessor, type SubProcessor } from '../../../compliance/sub-processor.ts';
import type { SubProcessorsNow } from '../../../compliance/sub-processors.ts';
import { graphTime } from '../../graph-time.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { count, oneOf, pageOf, paging, time } from '../../shapes.ts';

/** A sub-processor as answers show it. */
export const shownSubProcessor = Type.Object({
  name: Type.String(),
  purpose: Type.String(),
  country: Type.String(),
  region: Type.String(),
  mechanism: Type.String(),
  effective_from: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
  status: oneOf(['IN_FORCE', 'ANNOUNCED']),
});

/** `GET /{waba}/sub_processors`: who may be given data now, and who is announced (GDPR article 28). */
export const listSubProcessors: BusinessAccountOperation = {
  name: 'list sub-processors',
  method: 'GET',
  edge: 'sub_processors',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Lists who may be given data now, and who is announced',
    isOwn: true,
    takes: Type.Object(paging),
    answers: pageOf(shownSubProcessor, { version: count, declared_at: time }),
  },
  async run({ compliance }, { parameters, url }) {
    const { version, declaredAtMs, inForce, announced } = await compliance.subProcessors.get();
    const page = takePage(withStatus({ inForce, announced }), parameters);
    return { ...answerPage(page, [...page.items], url), version, declared_at: graphTime(declaredAtMs) };
  },
};

/** Sub-processors as answers show them, those in force first. */
export function withStatus({ inForce, announced }: Pick<SubProcessorsNow, 'inForce' | 'announced'>): object[] {
  const show = (status: string) => (entry: SubProcessor) => ({ ...describeSubProcessor(entry), status });
  return [...inForce.map(show('IN_FORCE')), ...announced.map(show('ANNOUNCED'))];
}
