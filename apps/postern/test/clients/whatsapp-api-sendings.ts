import {
  ActionButtons,
  ActionCTA,
  ActionCallPermission,
  ActionCatalog,
  ActionContactRequest,
  ActionList,
  ActionLocation,
  ActionNavigateFlow,
  ActionProduct,
  ActionProductList,
  Address,
  Birthday,
  Body,
  Button,
  CatalogProduct,
  Contacts,
  Email,
  Footer,
  Header,
  Interactive,
  ListSection,
  Location,
  Name,
  Organization,
  Phone,
  Product,
  ProductSection,
  Row,
  Url,
} from 'whatsapp-api-js/messages';
import type { ClientMessage } from 'whatsapp-api-js/types';

/** One kind of message that the client can send, and what the person's phone then shows, at the least. */
interface WhatsAppApiSending {
  readonly what: string;
  readonly message: (flowId: string) => ClientMessage;
  readonly shown: object;
}

const body = new Body('Well?');
const catalogId = '8123456789';

function interactive(type: string, action: object): object {
  return { type: 'interactive', interactive: { type, body: { text: 'Well?' }, action } };
}

/** Everything but media, reactions and templates. */
export const whatsAppApiSendings: readonly WhatsAppApiSending[] = [
  {
    what: 'a location',
    message: () => new Location(13.3777, 52.5163, 'Gate', 'Pariser Platz'),
    shown: {
      type: 'location',
      location: { latitude: 52.5163, longitude: 13.3777, name: 'Gate', address: 'Pariser Platz' },
    },
  },
  {
    // It writes the list as JSON text inside the JSON.
    what: 'contacts',
    message: () =>
      new Contacts([
        new Name('Jo Doe', 'Jo'),
        new Birthday('1980', '02', '29'),
        new Organization('Clinic'),
        new Phone('+1 555 010 0001', 'WORK', '15550100001'),
        new Email('jo@example.com'),
        new Url('https://example.com/jo'),
        new Address('Norway', 'no', '', 'Oslo'),
      ]),
    shown: {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Jo Doe', first_name: 'Jo' },
          birthday: '1980-02-29',
          org: { company: 'Clinic' },
          phones: [{ phone: '+1 555 010 0001', type: 'WORK', wa_id: '15550100001' }],
          emails: [{ email: 'jo@example.com' }],
          urls: [{ url: 'https://example.com/jo' }],
          addresses: [{ country: 'Norway', country_code: 'no', city: 'Oslo' }],
        },
      ],
    },
  },
  {
    what: 'buttons',
    message: () =>
      new Interactive(
        new ActionButtons(new Button('yes', 'Yes'), new Button('no', 'No')),
        body,
        new Header('Delivery'),
        new Footer('or call us'),
      ),
    shown: interactive('button', {
      buttons: [
        { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
        { type: 'reply', reply: { id: 'no', title: 'No' } },
      ],
    }),
  },
  {
    what: 'a list',
    message: () =>
      new Interactive(new ActionList('Sizes', new ListSection('All', new Row('small', 'Small', 'for one'))), body),
    shown: interactive('list', {
      button: 'Sizes',
      sections: [{ title: 'All', rows: [{ id: 'small', title: 'Small', description: 'for one' }] }],
    }),
  },
  {
    what: 'a button that opens a page',
    message: () => new Interactive(new ActionCTA('Look', 'https://example.com/orders/7'), body),
    shown: interactive('cta_url', { parameters: { display_text: 'Look', url: 'https://example.com/orders/7' } }),
  },
  {
    what: 'a request for the location',
    message: () => new Interactive(new ActionLocation(), body),
    shown: interactive('location_request_message', { name: 'send_location' }),
  },
  {
    what: 'a request for contact details',
    message: () => new Interactive(new ActionContactRequest(), body),
    shown: interactive('request_contact_info', { name: 'request_contact_info' }),
  },
  {
    what: 'a request to be allowed to call',
    message: () => new Interactive(new ActionCallPermission(), body),
    shown: interactive('call_permission_request', { name: 'call_permission_request' }),
  },
  {
    what: 'a product',
    message: () => new Interactive(new ActionProduct(new CatalogProduct('tea-1', catalogId)), body),
    shown: interactive('product', { catalog_id: catalogId, product_retailer_id: 'tea-1' }),
  },
  {
    what: 'a list of products',
    message: () =>
      new Interactive(
        new ActionProductList(catalogId, new ProductSection('Green', new Product('tea-1'))),
        body,
        new Header('Teas'),
      ),
    shown: interactive('product_list', {
      catalog_id: catalogId,
      sections: [{ title: 'Green', product_items: [{ product_retailer_id: 'tea-1' }] }],
    }),
  },
  {
    what: 'the catalog',
    message: () => new Interactive(new ActionCatalog(new Product('tea-1')), body),
    shown: interactive('catalog_message', { parameters: { thumbnail_product_retailer_id: 'tea-1' } }),
  },
  {
    what: 'a flow',
    message: (flowId) =>
      new Interactive(new ActionNavigateFlow('token-1', flowId, 'Book', 'FIRST', { day: 'Monday' }), body),
    shown: interactive('flow', {
      name: 'flow',
      parameters: {
        flow_message_version: '3',
        flow_cta: 'Book',
        flow_token: 'token-1',
        flow_action: 'navigate',
        flow_action_payload: { screen: 'FIRST', data: { day: 'Monday' } },
      },
    }),
  },
];
