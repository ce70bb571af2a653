import { Type } from 'typebox';
import { findFilter } from '../../analytics/filters.ts';
import { parseDays } from '../../analytics/template-days.ts';
import { parameterError } from '../../graph-errors.ts';
import type { TemplateOperation } from '../../operation.ts';
import { count, graphId, unixSeconds, words } from '../../shapes.ts';

const entry = (value: typeof count | ReturnType<typeof Type.String>) => Type.Object({ key: graphId, value });

/** `GET /{template}/compare`: sets the template beside another one of its business account (contract section 5.5). */
export const compareTemplates: TemplateOperation = {
  name: 'compare message templates',
  method: 'GET',
  edge: 'compare',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Sets a message template beside another one',
    takes: Type.Object({ template_ids: words('The id of the other one.'), start: unixSeconds, end: unixSeconds }),
    answers: Type.Object({
      data: Type.Array(
        Type.Object({
          metric: Type.String(),
          type: Type.String(),
          order_by_relative_metric: Type.Optional(Type.Array(graphId)),
          number_values: Type.Optional(Type.Array(entry(count))),
          string_values: Type.Optional(Type.Array(entry(Type.String()))),
        }),
      ),
    }),
    differs:
      'Nobody tells a business who has blocked it: no template is blocked more than the other, for no known reason.',
  },
  async run({ templates, messageSums, clock }, { node, parameters }) {
    const days = parseDays(parameters, clock.now());
    const [otherId, more] = findFilter(parameters, 'template_ids') ?? [];
    if (otherId === undefined || more !== undefined) throw parameterError('Param template_ids must hold one id.');
    const other = otherId === node.id ? null : await templates.find([node.wabaId], otherId);
    if (!other)
      throw parameterError('Param template_ids must hold the id of another template of this business account.');
    const ids = [node.id, other.id];
    const only = { phoneNumberIds: null, countries: null, categories: null, templateIds: ids };
    const sums = await messageSums.list({
      wabaId: node.wabaId,
      happened: ['sent'],
      ...days,
      halfHours: 48,
      by: ['templateId'],
      only,
    });
    const sentOf = (id: string) =>
      sums.filter(({ templateId }) => templateId === id).reduce((all, sum) => all + sum.count, 0);
    return {
      data: [
        { metric: 'BLOCK_RATE', type: 'RELATIVE', order_by_relative_metric: ids },
        {
          metric: 'MESSAGE_SENDS',
          type: 'NUMBER_VALUES',
          number_values: ids.map((key) => ({ key, value: sentOf(key) })),
        },
        {
          metric: 'TOP_BLOCK_REASON',
          type: 'STRING_VALUES',
          string_values: ids.map((key) => ({ key, value: 'UNKNOWN_BLOCK_REASON' })),
        },
      ],
    };
  },
};
