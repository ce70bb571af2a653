import { parseOrderDetails, parseOrderStatus } from '../orders.ts';
import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

export const orderDetails: InteractiveKind = {
  headers: ['text', 'image', 'document'],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({
    name: checkActionName(action, 'review_and_pay'),
    parameters: parseOrderDetails(action.getObject('parameters')),
  }),
};

export const orderStatus: InteractiveKind = {
  headers: [],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({
    name: checkActionName(action, 'review_order'),
    parameters: parseOrderStatus(action.getObject('parameters')),
  }),
};
