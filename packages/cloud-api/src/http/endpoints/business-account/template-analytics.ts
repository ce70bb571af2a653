import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import type { Template } from '../../../templates/template.ts';
import { findChoices, findFilter } from '../../analytics/filters.ts';
import { parseDays } from '../../analytics/template-days.ts';
import { listTemplatePoints, productTypes, templateMetrics } from '../../analytics/template-points.ts';
import { GraphError, parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation, Services } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import type { Parameters } from '../../parameters.ts';
import { count, graphId, oneOf, pageOf, paging, unixSeconds, words } from '../../shapes.ts';

const day = Type.Union([unixSeconds, Type.String()], { description: 'Unix seconds, or a date as 2026-01-31.' });
const point = Type.Object({
  template_id: graphId,
  start: unixSeconds,
  end: unixSeconds,
  sent: Type.Optional(count),
  delivered: Type.Optional(count),
  read: Type.Optional(count),
  clicked: Type.Optional(
    Type.Array(Type.Object({ type: Type.Literal('quick_reply_button'), button_content: Type.String(), count })),
  ),
  cost: Type.Optional(Type.Array(Type.Object({ type: Type.String(), value: Type.Literal(0) }))),
});

/** `GET /{waba}/template_analytics`: what became of messages made of templates, day by day (contract section 5.7). */
export const getTemplateAnalytics: BusinessAccountOperation = {
  name: 'template analytics',
  method: 'GET',
  edge: 'template_analytics',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Tells what became of messages made of templates, day by day in UTC',
    takes: Type.Object({
      start: day,
      end: day,
      granularity: oneOf(['DAILY']),
      template_ids: words(`At most ${limits.maxTemplatesPerAnalytics}.`),
      metric_types: Type.Optional(words(undefined, oneOf(templateMetrics))),
      product_type: Type.Optional(oneOf(productTypes)),
      ...paging,
    }),
    answers: pageOf(
      Type.Object({ granularity: Type.Literal('DAILY'), product_type: Type.String(), data_points: Type.Array(point) }),
    ),
    differs: 'Taps are counted on quick replies, not on links. Nothing costs anything. Days are those of UTC.',
  },
  async run(services, { node, parameters, url }) {
    if (!node.isEnabledForInsights)
      throw new GraphError(200007, {
        details: 'Insights of templates are not enabled: POST is_enabled_for_insights=true to the business account.',
      });
    if (parameters.findFlag('use_waba_timezone') === true)
      throw parameterError('Param use_waba_timezone is not supported: days are those of UTC.');
    const days = parseDays(parameters, services.clock.now());
    parameters.getChoice('granularity', ['DAILY']);
    const product = parameters.findChoice('product_type', productTypes) ?? 'CLOUD_API';
    const points = await listTemplatePoints(services, node.id, {
      templates: await getTemplates(services, node.id, parameters),
      days,
      metrics: findChoices(parameters, 'metric_types', templateMetrics) ?? templateMetrics,
      product,
    });
    const page = takePage(points, parameters);
    const told = { granularity: 'DAILY', product_type: product.toLowerCase(), data_points: page.items };
    return { ...answerPage(page, [...page.items], url), data: [told] };
  },
};

async function getTemplates({ templates }: Services, wabaId: string, parameters: Parameters): Promise<Template[]> {
  const ids = [...new Set(findFilter(parameters, 'template_ids') ?? [])];
  if (ids.length === 0 || ids.length > limits.maxTemplatesPerAnalytics)
    throw parameterError(`Param template_ids must hold 1 to ${limits.maxTemplatesPerAnalytics} ids.`);
  const found = await Promise.all(ids.map((id) => templates.find([wabaId], id)));
  return found.map((template) => {
    if (template) return template;
    throw parameterError('Param template_ids must hold ids of templates of this business account.');
  });
}
