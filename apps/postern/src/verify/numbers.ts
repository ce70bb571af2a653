import { limits } from '@postern/protocol';
import { unless, type Check } from './check.ts';
import type { Site } from './site.ts';

interface RegisteredNumber {
  readonly phone_number_id: string;
  readonly account_id: string | null;
  readonly phone_number: string;
}

/** The numbers of businesses: what they need for the protocol, and that transport and Business Manager agree on them. */
export const numberChecks: readonly Check[] = [
  {
    statements: ['S2'],
    what: 'every registered number has the keys of the protocol',
    async look(site) {
      const numbers = await listRegistered(site);
      const without = await site.databaseOf('cloud-api').query<{ phone_number_id: string }>(
        `SELECT phone_number_id FROM numbers n WHERE state = 'registered' AND (sealed_device IS NULL OR EXISTS (
           SELECT FROM unnest(ARRAY['signed', 'kyber-last-resort']) AS needed WHERE NOT EXISTS (
             SELECT FROM prekeys p WHERE p.phone_number_id = n.phone_number_id AND p.kind = needed)))
         LIMIT $1`,
        [limits.maxVerifyFindings],
      );
      const problems = without.map(({ phone_number_id: id }) => `number ${id} has no identity or no prekeys`);
      return unless(problems, `registered numbers: ${numbers.length}, with identity, signed and post-quantum prekeys`);
    },
  },
  {
    statements: ['S11'],
    what: "the Cloud API has the accounts of its businesses' numbers at the transport",
    async look(site) {
      const numbers = await listRegistered(site);
      const held = await site
        .databaseOf('transport')
        .query<{ phone_number: string; account_id: string }>(
          'SELECT phone_number, account_id FROM phone_numbers WHERE phone_number = ANY($1)',
          [numbers.map(({ phone_number: phoneNumber }) => phoneNumber)],
        );
      const accountOf = new Map(held.map((row) => [row.phone_number, row.account_id]));
      const lost = numbers.filter((number) => accountOf.get(number.phone_number) !== number.account_id);
      const problems = lost.map(({ phone_number_id: id }) => `the account of number ${id} belongs to somebody else`);
      return unless(
        problems.slice(0, limits.maxVerifyFindings),
        `registered numbers: ${numbers.length}, each with its account`,
      );
    },
  },
  {
    statements: ['S15'],
    what: 'every registered number is known to the Business Manager',
    async look(site) {
      const numbers = await listRegistered(site);
      const ids = numbers.map(({ phone_number_id: id }) => id);
      const known = await site
        .databaseOf('business-manager')
        .query<{ id: string }>('SELECT id FROM phone_numbers WHERE id = ANY($1)', [ids]);
      const knownIds = new Set(known.map(({ id }) => id));
      const problems = ids.filter((id) => !knownIds.has(id)).map((id) => `number ${id} is not known there`);
      return unless(problems.slice(0, limits.maxVerifyFindings), `registered numbers: ${ids.length}, all known`);
    },
  },
];

function listRegistered(site: Site): Promise<RegisteredNumber[]> {
  return site
    .databaseOf('cloud-api')
    .query<RegisteredNumber>(
      "SELECT phone_number_id, account_id, phone_number FROM numbers WHERE state = 'registered'",
    );
}
