import GreatDetail from '@great-detail/whatsapp';
import GreatDetail8 from 'great-detail-whatsapp-8';
import type { Ready } from '../../src/instance/ready.ts';

/** The client of a version, which is pointed at an instance as its manual says. Of what both offer, the types are those of 9. */
export interface GreatDetailClient {
  readonly name: string;
  readonly open: (ready: Ready) => Omit<GreatDetail, 'conversationalAutomation'>;
}

/** `@great-detail/whatsapp`. 9.2.0 leaves the version out of the path; 8.4.0 has it there. */
export const greatDetailClients: readonly GreatDetailClient[] = [
  {
    name: '@great-detail/whatsapp 9.2.0',
    open: ({ cloudApi, accessToken }) => new GreatDetail({ baseUrl: cloudApi, request: asking(accessToken) }),
  },
  {
    name: '@great-detail/whatsapp 8.4.0',
    open: ({ cloudApi, accessToken }) =>
      new GreatDetail8({
        prefixUrl: cloudApi,
        request: asking(accessToken),
      }) as unknown as GreatDetail,
  },
];

function asking(accessToken: string) {
  return { headers: { Authorization: `Bearer ${accessToken}` } };
}
