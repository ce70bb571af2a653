import {
  body,
  bodyOf1024,
  footerOf60,
  headerOf60,
  longBody,
  noBody,
  longFooter,
  badHeaders,
  noHeader,
  noAction,
  otherName,
  interactiveSuite,
} from '../interactive-suite.ts';
import { characters, gone, times, type Suite } from '../suite.ts';

// Contract section 2.4: what is for sale.

const item = (index: number) => ({ product_retailer_id: `p${index}` });

export const product: Suite = interactiveSuite(
  { type: 'product', action: { catalog_id: '367025965434465', product_retailer_id: 'shoe-1' } },
  {
    accepts: {
      'no body': {},
      'a body of 1,024 characters': { body: { text: characters(1_024) } },
      ...footerOf60,
    },
    refuses: {
      ...noHeader,
      ...noAction,
      ...longFooter,
      'a body of 1,025 characters': [{ body: { text: characters(1_025) } }, 100, "interactive['body']['text']"],
      'no catalogue': { 'action.catalog_id': gone },
      'no product': { 'action.product_retailer_id': gone },
    },
  },
);

export const productList: Suite = interactiveSuite(
  {
    type: 'product_list',
    header: { type: 'text', text: 'Shoes' },
    body,
    action: { catalog_id: '367025965434465', sections: [{ product_items: [item(0)] }] },
  },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      ...headerOf60,
      '30 products': { 'action.sections.0.product_items': times(30, item) },
      'ten sections': {
        'action.sections': times(10, (index) => ({ title: characters(24), product_items: [item(index)] })),
      },
    },
    refuses: {
      ...noBody,
      ...longBody,
      ...longFooter,
      ...badHeaders,
      ...noAction,
      'no header': { header: gone },
      'an image above': [{ header: { type: 'image', image: { id: '$image' } } }, 100, "interactive['header']['type']"],
      'no catalogue': { 'action.catalog_id': gone },
      'no sections': { 'action.sections': gone },
      '11 sections': { 'action.sections': times(11, () => ({ title: 'S', product_items: [item(0)] })) },
      'two sections without titles': [
        { 'action.sections': times(2, () => ({ product_items: [item(0)] })) },
        100,
        "interactive['action']['sections'][0]['title']",
      ],
      'a title of 25 characters': { 'action.sections.0.title': characters(25) },
      'no products': { 'action.sections.0.product_items': [] },
      '31 products': { 'action.sections.0.product_items': times(31, item) },
      '31 products in two sections': {
        'action.sections': times(2, (index) => ({ title: 'S', product_items: times(15 + index, item) })),
      },
      'a product without an id': [
        { 'action.sections.0.product_items': [{}] },
        100,
        "interactive['action']['sections'][0]['product_items'][0]['product_retailer_id']",
      ],
    },
  },
);

export const catalogMessage: Suite = interactiveSuite(
  { type: 'catalog_message', body, action: { name: 'catalog_message' } },
  {
    accepts: {
      ...bodyOf1024,
      ...footerOf60,
      'a picture of a product': { 'action.parameters': { thumbnail_product_retailer_id: 'shoe-1' } },
    },
    refuses: { ...noBody, ...longBody, ...noHeader, ...noAction, ...otherName },
  },
);
