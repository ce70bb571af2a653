import { limits } from '@postern/protocol';
import type { JsonObject } from '../../contract/json-value.ts';
import type { Amount, OrderDetails, OrderStatus } from '../../messages/orders.ts';
import type { Parameters } from '../parameters.ts';
import { present } from './present.ts';

const goods = ['digital-goods', 'physical-goods'] as const;
const paymentTypes = ['br', 'upi'] as const;
const currencies = ['BRL', 'INR'] as const;
const statuses = ['pending', 'processing', 'partially_shipped', 'shipped', 'completed', 'canceled'] as const;
const paymentSettings = ['payment_link', 'pix_dynamic_code', 'boleto', 'payment_gateway'] as const;
const maxCharacters = limits.maxFieldCharacters;

/** Reads the parameters of `review_and_pay` (contract section 2.4). @throws GraphError */
export function parseOrderDetails(parameters: Parameters): OrderDetails {
  return {
    reference_id: parameters.getText('reference_id', limits.maxOrderReferenceCharacters),
    type: parameters.getChoice('type', goods),
    ...present({
      payment_type: parameters.findChoice('payment_type', paymentTypes),
      payment_settings: parameters
        .findList('payment_settings', { min: 0, max: limits.maxFieldEntries })
        ?.map(parsePaymentSetting),
    }),
    currency: parameters.getChoice('currency', currencies),
    total_amount: parseAmount(parameters.getObject('total_amount')),
    order: parseOrder(parameters.getObject('order')),
  };
}

/** Reads the parameters of `review_order` (contract section 2.4). @throws GraphError */
export function parseOrderStatus(parameters: Parameters): OrderStatus {
  const order = parameters.getObject('order');
  const payment = parameters.findObject('payment');
  return {
    reference_id: parameters.getText('reference_id', limits.maxOrderReferenceCharacters),
    order: {
      status: order.getChoice('status', statuses),
      ...present({ description: order.findText('description', maxCharacters) }),
    },
    ...(payment && {
      payment: {
        status: payment.getText('status', maxCharacters),
        ...present({ timestamp: payment.findInteger('timestamp', { min: 0, max: Number.MAX_SAFE_INTEGER }) }),
      },
    }),
  };
}

function parseOrder(order: Parameters): OrderDetails['order'] {
  const expiration = order.findObject('expiration');
  const amounts = (['tax', 'shipping', 'discount'] as const).map((name) => {
    const amount = order.findObject(name);
    const description = amount?.findText('description', maxCharacters);
    return [name, amount && { ...parseAmount(amount), ...present({ description }) }] as const;
  });
  return {
    status: order.getChoice('status', ['pending'] as const),
    ...present({ catalog_id: order.findText('catalog_id', maxCharacters) }),
    ...(expiration && {
      expiration: {
        timestamp: expiration.getText('timestamp', maxCharacters),
        ...present({ description: expiration.findText('description', maxCharacters) }),
      },
    }),
    items: order.getList('items', { min: 1, max: limits.maxFieldEntries }).map(parseItem),
    subtotal: parseAmount(order.getObject('subtotal')),
    ...present(Object.fromEntries(amounts)),
  };
}

function parseItem(item: Parameters): OrderDetails['order']['items'][number] {
  const saleAmount = item.findObject('sale_amount');
  return {
    retailer_id: item.getText('retailer_id', maxCharacters),
    name: item.getText('name', maxCharacters),
    amount: parseAmount(item.getObject('amount')),
    quantity: item.getInteger('quantity', { min: 1, max: Number.MAX_SAFE_INTEGER }),
    ...present({
      sale_amount: saleAmount && parseAmount(saleAmount),
      country_of_origin: item.findText('country_of_origin', maxCharacters),
      importer_name: item.findText('importer_name', maxCharacters),
      importer_address: item.findJson('importer_address'),
    }),
  };
}

function parseAmount(amount: Parameters): Amount {
  const offset = { min: limits.orderAmountOffset, max: limits.orderAmountOffset };
  return {
    value: amount.getInteger('value', { min: 0, max: Number.MAX_SAFE_INTEGER }),
    offset: amount.findInteger('offset', offset) ?? limits.orderAmountOffset,
  };
}

/** The contract does not spell every gateway out, so that what stands under its name is taken as it is. */
function parsePaymentSetting(setting: Parameters): JsonObject {
  const type = setting.getChoice('type', paymentSettings);
  setting.getObject(type);
  return { type, [type]: setting.findJson(type) ?? {} };
}
