import { quickRepliesOf } from '../../analytics/quick-replies.ts';
import type { MessageSum } from '../../analytics/message-sums.ts';
import { categories, type MessageCategory } from '../../messages/message-record.ts';
import type { Template } from '../../templates/template.ts';
import type { Services } from '../operation.ts';
import { pieceOf } from './time-range.ts';
import { listDays, type Days } from './template-days.ts';

export const templateMetrics = ['SENT', 'DELIVERED', 'READ', 'CLICKED', 'COST'] as const;
export type TemplateMetric = (typeof templateMetrics)[number];

export const productTypes = ['CLOUD_API', 'MARKETING_MESSAGES_API_FOR_WHATSAPP'] as const;
export type ProductType = (typeof productTypes)[number];

interface PointsAsk {
  readonly templates: readonly Template[];
  readonly days: Days;
  readonly metrics: readonly TemplateMetric[];
  readonly product: ProductType;
}

/** What became of messages made of these templates: a point for each day and template, also where nothing happened. */
export async function listTemplatePoints(
  { messageSums }: Pick<Services, 'messageSums'>,
  wabaId: string,
  { templates, days, metrics, product }: PointsAsk,
): Promise<object[]> {
  const sums = await messageSums.list({
    wabaId,
    happened: ['sent', 'delivered', 'read', 'tapped'],
    ...days,
    halfHours: 48,
    by: ['templateId', 'button'],
    only: {
      phoneNumberIds: null,
      countries: null,
      categories: categoriesOf(product),
      templateIds: templates.map(({ id }) => id),
    },
  });
  const counted = Map.groupBy(sums, ({ halfHour, templateId }) => `${halfHour} ${templateId}`);
  return listDays(days).flatMap((halfHour) =>
    templates.map((template) => ({
      template_id: template.id,
      ...pieceOf(halfHour, 'day'),
      ...describePoint(template, counted.get(`${halfHour} ${template.id}`) ?? [], metrics),
    })),
  );
}

/** Messages of `/marketing_messages` are counted apart. */
function categoriesOf(product: ProductType): MessageCategory[] {
  return categories.filter((category) => (category === 'marketing_lite') === (product !== 'CLOUD_API'));
}

function describePoint(template: Template, sums: readonly MessageSum[], metrics: readonly TemplateMetric[]): object {
  const countOf = (happened: MessageSum['happened']) =>
    sums.filter((sum) => sum.happened === happened).reduce((all, { count }) => all + count, 0);
  const clicked = metrics.includes('CLICKED') ? describeTaps(template, sums) : [];
  return {
    ...(metrics.includes('SENT') && { sent: countOf('sent') }),
    ...(metrics.includes('DELIVERED') && { delivered: countOf('delivered') }),
    ...(metrics.includes('READ') && { read: countOf('read') }),
    ...(clicked.length > 0 && { clicked }),
    ...(metrics.includes('COST') && {
      cost: [
        { type: 'amount_spent', value: 0 },
        { type: 'cost_per_delivered', value: 0 },
      ],
    }),
  };
}

/** Taps on quick replies. Where links lead nobody sees but the phone: taps on them are not counted. */
function describeTaps(
  { category, components, isLinkTrackingOptedOut }: Template,
  sums: readonly MessageSum[],
): object[] {
  if (category === 'AUTHENTICATION' || isLinkTrackingOptedOut === true) return [];
  return quickRepliesOf(components).map((text, index) => {
    const taps = sums.filter(({ happened, button }) => happened === 'tapped' && button === index);
    const count = taps.reduce((all, sum) => all + sum.count, 0);
    return { type: 'quick_reply_button', button_content: text, count };
  });
}
