import { Type } from 'typebox';
import type { SubProcessor } from '../../../compliance/sub-processor.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { shownSubProcessor, withStatus } from './sub-processors.ts';
import { graphId, pageOf, paging } from '../../shapes.ts';

const regionName = Type.Union([Type.String(), Type.Null()]);

/**
 * `GET /{waba}/transfers`: who is given data beyond the regions where it is kept, with the mechanism that allows it; the
 * regions themselves; and where the business's own webhooks go (GDPR articles 44 to 46).
 */
export const listTransfers: BusinessAccountOperation = {
  name: 'list transfers',
  method: 'GET',
  edge: 'transfers',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Lists who is given data beyond the regions where it is kept',
    isOwn: true,
    takes: Type.Object(paging),
    answers: pageOf(shownSubProcessor, {
      regions: Type.Array(
        Type.Object({ system: Type.String(), storage_region: regionName, processing_region: regionName }),
      ),
      webhook_destinations: Type.Array(Type.Object({ app_id: graphId, host: Type.String() })),
    }),
  },
  async run({ compliance }, { node, parameters, url }) {
    const { inForce, announced } = await compliance.subProcessors.get();
    const transfers = withStatus({ inForce: inForce.filter(isTransfer), announced: announced.filter(isTransfer) });
    const page = takePage(transfers, parameters);
    const destinations = await compliance.declarations.listWebhookDestinations(node.id);
    return {
      ...answerPage(page, [...page.items], url),
      regions: Object.entries(compliance.regions).map(([system, region]) => ({
        system,
        storage_region: region,
        processing_region: region,
      })),
      webhook_destinations: destinations.map(({ appId, host }) => ({ app_id: appId, host })),
    };
  },
};

function isTransfer({ mechanism }: SubProcessor): boolean {
  return mechanism !== 'not-needed';
}
