import { gone, type Suite } from '../suite.ts';

/** Contract section 2.8. */
export const read: Suite = {
  valid: { messaging_product: 'whatsapp', status: 'read', message_id: '$inbound' },
  accepts: {
    'a message that came in': {},
    'a status in capitals': { status: 'READ' },
    'and that we write': { typing_indicator: { type: 'text' } },
    'and that we write nothing': { typing_indicator: null },
  },
  refuses: {
    'no message': { message_id: gone },
    'a message that is a list': { message_id: [] },
    'another status': { status: 'delivered' },
    'what is no id': [{ message_id: 'wamid.nonsense' }, 131009],
    'an unknown message': [{ message_id: '$unknown' }, 131009],
    'our own message': [{ message_id: '$outbound' }, 131009],
    'a message of another chat': [{ message_id: '$elsewhere' }, 131009],
    'typing that is a string': { typing_indicator: 'text' },
    'typing of no type': [{ typing_indicator: {} }, 100, "typing_indicator['type']"],
    'typing by voice': [{ typing_indicator: { type: 'audio' } }, 100, "typing_indicator['type']"],
  },
};
