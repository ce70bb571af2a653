import { limits } from '@postern/protocol';
import { gaps } from '../../../contract/gaps.ts';
import type { ButtonComponent, ButtonValues } from '../../../templates/template-request.ts';
import type { Parameters } from '../../parameters.ts';
import { parseOrderDetails } from '../orders.ts';
import { parseProductSections } from '../product-sections.ts';

const indexes = { min: 0, max: limits.maxTemplateButtons - 1 };

/** Reads what a button is filled in with. @throws GraphError */
export function parseButton(component: Parameters): ButtonComponent {
  const subType = component.getChoice('sub_type', subTypes);
  const label = component.path;
  const index = component.getInteger('index', indexes);
  return { type: 'button', label, index, ...parsers[subType](component) };
}

type SubType = ButtonValues['subType'];
type Values<Kind extends SubType> = Extract<ButtonValues, { subType: Kind }>;

const parsers: { readonly [Kind in SubType]: (component: Parameters) => Values<Kind> } = {
  quick_reply: (component) => ({
    subType: 'quick_reply',
    payload: findOnly(component, 'payload')?.getText('payload', gaps.maxQuickReplyPayloadCharacters) ?? null,
  }),
  url: (component) => ({
    subType: 'url',
    text: findOnly(component, 'text')?.getText('text', limits.maxTemplateTextCharacters) ?? null,
  }),
  copy_code: (component) => ({
    subType: 'copy_code',
    couponCode: findOnly(component, 'coupon_code')?.getText('coupon_code', gaps.maxCouponCodeCharacters) ?? null,
  }),
  catalog: (component) => ({
    subType: 'catalog',
    thumbnailProductRetailerId: findThumbnail(findOnly(component, 'action')?.findObject('action') ?? null),
  }),
  mpm(component) {
    const action = getOnly(component, 'action').getObject('action');
    return {
      subType: 'mpm',
      thumbnailProductRetailerId: findThumbnail(action),
      sections: parseProductSections(action),
    };
  },
  flow(component) {
    const action = findOnly(component, 'action')?.findObject('action') ?? null;
    return {
      subType: 'flow',
      flowToken: action?.findText('flow_token', limits.maxFieldCharacters) ?? null,
      flowActionData: action?.findJson('flow_action_data') ?? null,
    };
  },
  voice_call: parseCallButton,
  order_details(component) {
    const action = getOnly(component, 'action').getObject('action');
    return { subType: 'order_details', orderDetails: parseOrderDetails(action.getObject('order_details')) };
  },
};
const subTypes = Object.keys(parsers) as SubType[];

/** The only one of a button that takes one of exactly this type; null when it was left out. */
function findOnly(component: Parameters, type: string): Parameters | null {
  const [parameter] = component.findList('parameters', { min: 0, max: 1 }) ?? [];
  parameter?.getChoice('type', [type]);
  return parameter ?? null;
}

/** The only one of a button that needs it. */
function getOnly(component: Parameters, type: string): Parameters {
  component.getList('parameters', { min: 1, max: 1 });
  return findOnly(component, type) ?? component;
}

function findThumbnail(action: Parameters | null): string | null {
  return action?.findText('thumbnail_product_retailer_id', limits.maxFieldCharacters) ?? null;
}

function parseCallButton(component: Parameters): Values<'voice_call'> {
  let ttlMinutes: number | null = null;
  let payload: string | null = null;
  for (const parameter of component.findList('parameters', { min: 0, max: 2 }) ?? []) {
    const range = { min: 1, max: limits.maxCallButtonMinutes };
    if (parameter.getChoice('type', ['ttl_minutes', 'payload'] as const) === 'ttl_minutes')
      ttlMinutes = parameter.getInteger('ttl_minutes', range);
    else payload = parameter.getText('payload', limits.maxCallButtonPayloadCharacters);
  }
  return { subType: 'voice_call', ttlMinutes, payload };
}
