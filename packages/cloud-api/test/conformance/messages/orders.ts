import { characters, gone, times } from '../suite.ts';
import { interactiveSuite } from '../interactive-suite.ts';

const body = { text: 'Your order' };
const amount = { value: 5_000, offset: 100 };
const item = { retailer_id: 'shoe-1', name: 'A shoe', amount, quantity: 1 };
const order = {
  status: 'pending',
  items: [item],
  subtotal: amount,
  tax: { value: 0, offset: 100, description: 'none' },
};
const at = (path: string) => `action.parameters.${path}`;

/** Contract section 2.4. */
export const orderDetails = interactiveSuite(
  {
    type: 'order_details',
    body,
    action: {
      name: 'review_and_pay',
      parameters: {
        reference_id: 'order-1',
        type: 'digital-goods',
        payment_type: 'br',
        payment_settings: [{ type: 'payment_link', payment_link: { uri: 'https://pay.example/1' } }],
        currency: 'BRL',
        total_amount: amount,
        order,
      },
    },
  },
  {
    accepts: {
      'a whole order': {
        header: { type: 'image', image: { id: '$image' } },
        footer: { text: characters(60) },
        [at('order.catalog_id')]: '1',
        [at('order.expiration')]: { timestamp: '1830000000', description: 'a day' },
        [at('order.shipping')]: { value: 100, offset: 100 },
        [at('order.discount')]: { value: 100, offset: 100, description: 'for friends' },
        [at('order.items.0.sale_amount')]: amount,
        [at('order.items.0.country_of_origin')]: 'Portugal',
        [at('order.items.0.importer_name')]: 'Postern',
        [at('order.items.0.importer_address')]: { city: 'Lisboa' },
      },
      'a reference of 35 characters': { [at('reference_id')]: characters(35) },
      rupees: { [at('currency')]: 'INR', [at('payment_type')]: 'upi' },
      'every way to pay': {
        [at('payment_settings')]: [
          {
            type: 'pix_dynamic_code',
            pix_dynamic_code: { code: '1', merchant_name: 'M', key: 'k', key_type: 'EMAIL' },
          },
          { type: 'boleto', boleto: { digitable_line: '1' } },
          { type: 'payment_gateway', payment_gateway: { type: 'razorpay', configuration_name: 'c' } },
        ],
      },
      '100 items': { [at('order.items')]: times(100, () => item) },
      'an offset that nobody wrote': [{ [at('total_amount.offset')]: gone }, {}],
    },
    refuses: {
      'no body': { body: gone },
      'a film above': [{ header: { type: 'video', video: { id: '$video' } } }, 100, "interactive['header']['type']"],
      'another action': { 'action.name': 'review_order' },
      'no parameters': { 'action.parameters': gone },
      'no reference': { [at('reference_id')]: gone },
      'a reference of 36 characters': { [at('reference_id')]: characters(36) },
      'other goods': { [at('type')]: 'stolen-goods' },
      'another currency': { [at('currency')]: 'EUR' },
      'another way to pay': { [at('payment_type')]: 'cash' },
      'another setting of payment': { [at('payment_settings.0.type')]: 'cash' },
      'a setting without its object': { [at('payment_settings.0.payment_link')]: gone },
      'no total': { [at('total_amount')]: gone },
      'a total that is broken': { [at('total_amount.value')]: 1.5 },
      'a total below nothing': { [at('total_amount.value')]: -1 },
      'an offset of 10': { [at('total_amount.offset')]: 10 },
      'no order': { [at('order')]: gone },
      'an order that is done': { [at('order.status')]: 'completed' },
      'no items': { [at('order.items')]: [] },
      '101 items': { [at('order.items')]: times(101, () => item) },
      'an item without a name': { [at('order.items.0.name')]: gone },
      'no piece of an item': { [at('order.items.0.quantity')]: 0 },
      'an item without a price': { [at('order.items.0.amount')]: gone },
      'no subtotal': { [at('order.subtotal')]: gone },
      'a tax that is a number': { [at('order.tax')]: 5 },
    },
  },
);

export const orderStatus = interactiveSuite(
  {
    type: 'order_status',
    body,
    action: {
      name: 'review_order',
      parameters: { reference_id: 'order-1', order: { status: 'shipped', description: 'on its way' } },
    },
  },
  {
    accepts: {
      pending: { [at('order')]: { status: 'pending' } },
      processing: { [at('order.status')]: 'processing' },
      'partly shipped': { [at('order.status')]: 'partially_shipped' },
      completed: { [at('order.status')]: 'completed' },
      canceled: { [at('order.status')]: 'canceled' },
      'with its payment': { [at('payment')]: { status: 'captured', timestamp: 1_790_000_000 } },
    },
    refuses: {
      'no body': { body: gone },
      'a header': { header: { type: 'text', text: 'Hello' } },
      'no reference': { [at('reference_id')]: gone },
      'another status': { [at('order.status')]: 'lost' },
      'no order': { [at('order')]: gone },
      'a payment without a status': [
        { [at('payment')]: { timestamp: 1 } },
        100,
        "interactive['action']['parameters']['payment']['status']",
      ],
      'a time before time': { [at('payment')]: { status: 'x', timestamp: -1 } },
    },
  },
);
