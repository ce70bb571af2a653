import type { MessagesResource, SendMessageResponse } from '@kapso/whatsapp-cloud-api';

/** Of which number and to whom every message goes. */
export interface Envelope {
  readonly phoneNumberId: string;
  readonly to: string;
}

/** One kind of message that the client can send, and what the person's phone then shows, at the least. */
export interface KapsoSending {
  readonly what: string;
  readonly send: (messages: MessagesResource, envelope: Envelope, flowId: string) => Promise<SendMessageResponse>;
  readonly shown: object;
}

const catalogId = '8123456789';

const place = { latitude: 52.5163, longitude: 13.3777, name: 'Gate', address: 'Pariser Platz' };

const rows = [
  { id: 'small', title: 'Small', description: 'for one' },
  { id: 'large', title: 'Large' },
];

/** Everything but media and templates. */
export const kapsoSendings: readonly KapsoSending[] = [
  {
    what: 'a location',
    send: (messages, envelope) => messages.sendLocation({ ...envelope, location: place }),
    shown: { type: 'location', location: place },
  },
  {
    what: 'contacts',
    send: (messages, envelope) =>
      messages.sendContacts({
        ...envelope,
        contacts: [
          {
            name: { formattedName: 'Dr. Jo Doe', firstName: 'Jo', lastName: 'Doe', prefix: 'Dr.' },
            birthday: '1980-02-29',
            org: { company: 'Clinic', title: 'Doctor' },
            phones: [{ phone: '+1 555 010 0001', waId: '15550100001', type: 'WORK' }],
            emails: [{ email: 'jo@example.com', type: 'WORK' }],
            urls: [{ url: 'https://example.com/jo', type: 'WORK' }],
            addresses: [{ street: '1 Hill', city: 'Oslo', countryCode: 'no', type: 'WORK' }],
          },
        ],
      }),
    shown: {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Dr. Jo Doe', first_name: 'Jo', last_name: 'Doe', prefix: 'Dr.' },
          birthday: '1980-02-29',
          org: { company: 'Clinic', title: 'Doctor' },
          phones: [{ phone: '+1 555 010 0001', wa_id: '15550100001', type: 'WORK' }],
          emails: [{ email: 'jo@example.com', type: 'WORK' }],
          urls: [{ url: 'https://example.com/jo', type: 'WORK' }],
          addresses: [{ street: '1 Hill', city: 'Oslo', country_code: 'no', type: 'WORK' }],
        },
      ],
    },
  },
  {
    what: 'buttons',
    send: (messages, envelope) =>
      messages.sendInteractiveButtons({
        ...envelope,
        header: { type: 'text', text: 'Delivery' },
        bodyText: 'Today?',
        footerText: 'or call us',
        buttons: [
          { id: 'yes', title: 'Yes' },
          { id: 'no', title: 'No' },
        ],
      }),
    shown: {
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'text', text: 'Delivery' },
        body: { text: 'Today?' },
        footer: { text: 'or call us' },
        action: {
          buttons: [
            { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
            { type: 'reply', reply: { id: 'no', title: 'No' } },
          ],
        },
      },
    },
  },
  {
    what: 'a list',
    send: (messages, envelope) =>
      messages.sendInteractiveList({ ...envelope, bodyText: 'Which?', buttonText: 'Sizes', sections: [{ rows }] }),
    shown: {
      type: 'interactive',
      interactive: { type: 'list', body: { text: 'Which?' }, action: { button: 'Sizes', sections: [{ rows }] } },
    },
  },
  {
    what: 'a button that opens a page',
    send: (messages, envelope) =>
      messages.sendInteractiveCtaUrl({
        ...envelope,
        bodyText: 'Your order',
        parameters: { displayText: 'Look', url: 'https://example.com/orders/7' },
      }),
    shown: {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        action: { name: 'cta_url', parameters: { display_text: 'Look', url: 'https://example.com/orders/7' } },
      },
    },
  },
  {
    what: 'a request for the location',
    send: (messages, envelope) =>
      messages.sendInteractiveLocationRequest({
        ...envelope,
        bodyText: 'Where are you?',
        parameters: { requestMessage: 'Where are you?' },
      }),
    shown: {
      type: 'interactive',
      interactive: {
        type: 'location_request_message',
        body: { text: 'Where are you?' },
        action: { name: 'send_location' },
      },
    },
  },
  {
    what: 'a product',
    send: (messages, envelope) =>
      messages.sendInteractiveProduct({ ...envelope, bodyText: 'New', catalogId, productRetailerId: 'tea-1' }),
    shown: {
      type: 'interactive',
      interactive: { type: 'product', action: { catalog_id: catalogId, product_retailer_id: 'tea-1' } },
    },
  },
  {
    what: 'a list of products',
    send: (messages, envelope) =>
      messages.sendInteractiveProductList({
        ...envelope,
        header: { type: 'text', text: 'Teas' },
        bodyText: 'All of them',
        catalogId,
        sections: [{ title: 'Green', productItems: [{ productRetailerId: 'tea-1' }] }],
      }),
    shown: {
      type: 'interactive',
      interactive: {
        type: 'product_list',
        header: { type: 'text', text: 'Teas' },
        action: {
          catalog_id: catalogId,
          sections: [{ title: 'Green', product_items: [{ product_retailer_id: 'tea-1' }] }],
        },
      },
    },
  },
  {
    what: 'the catalog',
    send: (messages, envelope) =>
      messages.sendInteractiveCatalogMessage({ ...envelope, bodyText: 'All we have', parameters: {} }),
    shown: { type: 'interactive', interactive: { type: 'catalog_message', action: { name: 'catalog_message' } } },
  },
  {
    what: 'a flow',
    send: (messages, envelope, flowId) =>
      messages.sendInteractiveFlow({
        ...envelope,
        bodyText: 'Book a time',
        parameters: {
          flowId,
          flowCta: 'Book',
          flowToken: 'token-1',
          flowAction: 'navigate',
          flowActionPayload: { screen: 'FIRST', data: { day: 'Monday' } },
        },
      }),
    shown: {
      type: 'interactive',
      interactive: {
        type: 'flow',
        action: {
          name: 'flow',
          parameters: {
            flow_message_version: '3',
            flow_cta: 'Book',
            flow_token: 'token-1',
            flow_action: 'navigate',
            flow_action_payload: { screen: 'FIRST', data: { day: 'Monday' } },
          },
        },
      },
    },
  },
  {
    what: 'a request for an address',
    send: (messages, envelope) =>
      messages.sendInteractiveAddress({
        ...envelope,
        bodyText: 'Where to?',
        parameters: {
          country: 'IN',
          values: { name: 'Jo' },
          savedAddresses: [{ id: 'home', value: { city: 'Pune', inPinCode: '411001' } }],
        },
      }),
    shown: {
      type: 'interactive',
      interactive: {
        type: 'address_message',
        action: {
          name: 'address_message',
          parameters: {
            country: 'IN',
            values: { name: 'Jo' },
            saved_addresses: [{ id: 'home', value: { city: 'Pune', in_pin_code: '411001' } }],
          },
        },
      },
    },
  },
  {
    what: 'a request to be allowed to call',
    send: (messages, envelope) =>
      messages.sendInteractiveCallPermission({
        ...envelope,
        bodyText: 'May we call?',
        parameters: { phoneNumber: envelope.to, callPurpose: 'your order' },
      }),
    shown: {
      type: 'interactive',
      interactive: { type: 'call_permission_request', action: { name: 'call_permission_request' } },
    },
  },
  {
    what: 'a request for contact details, by its raw call',
    send: (messages, envelope) =>
      messages.sendInteractiveRaw({
        ...envelope,
        interactive: {
          type: 'request_contact_info',
          body: { text: 'Who are you?' },
          action: { name: 'request_contact_info' },
        },
      }),
    shown: {
      type: 'interactive',
      interactive: { type: 'request_contact_info', body: { text: 'Who are you?' } },
    },
  },
];
