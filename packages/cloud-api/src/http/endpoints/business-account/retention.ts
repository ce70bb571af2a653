import { retentionTable, type RetentionRule, type RetentionRuleName } from '../../../compliance/retention-table.ts';
import type { BusinessAccountOperation } from '../../operation.ts';

/** `GET /{waba}/retention`: how long each kind of data is kept, each number's own setting, and what outlives it. */
export const getRetention: BusinessAccountOperation = {
  name: 'retention',
  method: 'GET',
  edge: 'retention',
  permission: 'whatsapp_business_management',
  async run({ compliance }, { node }) {
    const names = Object.keys(retentionTable) as RetentionRuleName[];
    const hours = await compliance.declarations.listRetentionHours(node.phoneNumbers.map(({ id }) => id));
    return {
      data: names.map((name) => describeRetentionRule(name, compliance.maxRetentionHours)),
      phone_numbers: [...hours].map(([id, retentionHours]) => ({ id, retention_hours: retentionHours })),
      // Of a person, nothing outlives the times above.
      survives: [],
    };
  },
};

/** A rule of the retention table as answers show it. */
export function describeRetentionRule(name: RetentionRuleName, maxRetentionHours: number): object {
  const rule: RetentionRule = retentionTable[name];
  const { what, keptHours, countedFrom, ends, isPerNumber, isCapped = false } = rule;
  return {
    rule: name,
    description: what,
    kept_hours: isCapped && keptHours !== null ? Math.min(keptHours, maxRetentionHours) : keptHours,
    counted_from: countedFrom,
    ends,
    is_per_phone_number: isPerNumber,
  };
}
