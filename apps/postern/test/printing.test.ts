import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webhookLines } from '../src/printing/webhook-lines.ts';

const people = [{ name: 'Ana', waId: '15550100001' }];
const media = { id: '1', mime_type: 'image/png', sha256: 'YWJj' };

/** What somebody says, and what stands behind their name. */
const cases: readonly (readonly [message: object, line: string])[] = [
  [{ type: 'text', text: { body: 'Hi "you"' } }, '"Hi \\"you\\""'],
  [{ type: 'image', image: { ...media, caption: 'Look' } }, 'image image/png "Look"'],
  [{ type: 'audio', audio: { ...media, mime_type: 'audio/ogg', voice: true } }, 'audio audio/ogg voice note'],
  [{ type: 'document', document: { ...media, filename: 'a.png' } }, 'document a.png image/png'],
  [{ type: 'location', location: { latitude: 1.5, longitude: 2, name: 'Home' } }, 'location 1.5, 2 "Home"'],
  [{ type: 'contacts', contacts: [{ name: { formatted_name: 'J. Doe' } }, {}] }, 'contacts J. Doe, ?'],
  [{ type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } }, 'reaction 👍'],
  [{ type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } }, 'reaction taken back'],
  [{ type: 'button', button: { text: 'Stop', payload: 'STOP' } }, 'button "Stop" (STOP)'],
  [
    { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row' } } },
    'interactive list_reply "Row" (r)',
  ],
  [
    { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{}' } } },
    'interactive nfm_reply flow {}',
  ],
  [
    {
      type: 'interactive',
      interactive: { type: 'call_permission_reply', call_permission_reply: { response: 'accept' } },
    },
    'interactive call_permission_reply accept',
  ],
  [{ type: 'order', order: { product_items: [{ product_retailer_id: 'tea', quantity: 2 }] } }, 'order 2 × tea'],
  [{ type: 'unsupported', unsupported: { type: 'edit' }, errors: [] }, 'unsupported edit'],
  [{ type: 'opera\u001b[2J' }, 'opera·[2J'],
];

test('whatever somebody says is one line, and steers no terminal', () => {
  for (const [message, line] of cases) {
    const value = { messages: [{ from: '15550100001', id: 'wamid.x', ...message }] };
    const body = { entry: [{ changes: [{ field: 'messages', value }] }] };
    const lines = webhookLines({ event: 'webhook', signature: 'valid', body }, people);
    assert.equal(lines, `← messages  from Ana 15550100001  ${line}\n`);
  }
});
