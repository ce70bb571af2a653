import { Type } from 'typebox';
import { retentionTable, type RetentionRule, type RetentionRuleName } from '../../../compliance/retention-table.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { count, graphId, nothing } from '../../shapes.ts';

/** A rule as answers show it. */
export const shownRetentionRule = Type.Object({
  rule: Type.String(),
  description: Type.String(),
  kept_hours: Type.Union([count, Type.Null()]),
  counted_from: Type.String(),
  ends: Type.String(),
  is_per_phone_number: Type.Boolean(),
});

/** `GET /{waba}/retention`: how long each kind of data is kept, each number's own setting, and what outlives it. */
export const getRetention: BusinessAccountOperation = {
  name: 'retention',
  method: 'GET',
  edge: 'retention',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Tells how long each kind of data is kept',
    isOwn: true,
    takes: nothing,
    answers: Type.Object({
      data: Type.Array(shownRetentionRule),
      phone_numbers: Type.Array(Type.Object({ id: graphId, retention_hours: count })),
      survives: Type.Array(Type.String()),
    }),
  },
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
