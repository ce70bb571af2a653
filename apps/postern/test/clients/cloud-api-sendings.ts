import { sendButtonsMessage, sendCTAURLMessage, sendFlowMessage, sendListMessage } from '@whatsapp-cloudapi/client';

interface Envelope {
  readonly accessToken: string;
  readonly from: string;
  readonly baseUrl: string;
  readonly to: string;
  readonly bizOpaqueCallbackData: string;
}

/** One kind of message that the client can send, and what the person's phone then shows, at the least. */
interface CloudApiSending {
  readonly what: string;
  readonly send: (envelope: Envelope, flowId: string) => Promise<{ messages: { id: string }[] }>;
  readonly shown: object;
}

const around = { headerText: 'Order 7', bodyText: 'It is ready.', footerText: 'or call us' };

function interactive(type: string, action: object): object {
  const header = { type: 'text', text: 'Order 7' };
  const texts = { header, body: { text: 'It is ready.' }, footer: { text: 'or call us' } };
  return { type: 'interactive', interactive: { type, ...texts, action } };
}

/** Everything but text, images and templates. */
export const cloudApiSendings: readonly CloudApiSending[] = [
  {
    what: 'buttons',
    send: (envelope) => sendButtonsMessage({ ...envelope, ...around, buttons: [{ id: 'pay', title: 'Pay' }] }),
    shown: interactive('button', { buttons: [{ type: 'reply', reply: { id: 'pay', title: 'Pay' } }] }),
  },
  {
    what: 'a list',
    send: (envelope) =>
      sendListMessage({
        ...envelope,
        ...around,
        buttonText: 'Times',
        sections: [{ title: 'Today', rows: [{ id: 'at-9', title: '9:00', description: 'the first' }] }],
      }),
    shown: interactive('list', {
      button: 'Times',
      sections: [{ title: 'Today', rows: [{ id: 'at-9', title: '9:00', description: 'the first' }] }],
    }),
  },
  {
    what: 'a button that opens a page',
    send: (envelope) => sendCTAURLMessage({ ...envelope, ...around, buttonText: 'Look', url: 'https://example.com/7' }),
    shown: interactive('cta_url', { parameters: { display_text: 'Look', url: 'https://example.com/7' } }),
  },
  {
    what: 'a flow',
    send: (envelope, flowId) =>
      sendFlowMessage({
        ...envelope,
        ...around,
        flowToken: 'token-1',
        flowId,
        flowCta: 'Book',
        flowAction: 'navigate',
        screen: 'FIRST',
        data: { day: 'Monday' },
      }),
    shown: interactive('flow', {
      name: 'flow',
      parameters: {
        flow_cta: 'Book',
        flow_action: 'navigate',
        flow_action_payload: { screen: 'FIRST', data: { day: 'Monday' } },
      },
    }),
  },
];
