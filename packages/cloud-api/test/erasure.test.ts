import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { KeyMissingError } from '@postern/keyring';
import { ContentSchema, encode } from '@postern/protocol';
import { AcceptQueue } from '../src/messages/accept-queue.ts';
import { newMessageId } from '../src/messages/message-id.ts';
import { ana, bob, startSealedRig, type Kept, type SealedRig } from './sealed-rig.ts';
import { atAnyTime, storeSealed } from './storage-rig.ts';

let rig: SealedRig;
beforeEach(async () => {
  rig = await startSealedRig();
});
afterEach(() => rig.stop());

interface SubjectCopy {
  phone_number_id: string;
  subject_id: string;
  shard: number;
  shard_version: number;
  wrapped_key: Buffer;
  used_hour: number;
}

test('nothing of an erased person opens from the moment that it is answered, and everything of others does', async () => {
  const [hers, older, his] = [await rig.store(ana, 'hers'), await rig.store(ana, 'older'), await rig.store(bob, 'his')];
  const other = await rig.openStorage();
  for (const by of [rig.storage, other]) assert.equal(await rig.read(hers, by), 'hers');
  const receipt = await rig.eraser.erase('900', ana);
  assert.ok(receipt.keysDestroyedAtMs);
  assert.equal(receipt.doneAtMs, null);
  // The rows are still there: it is the key that is gone.
  assert.equal(await rig.count('messages'), 3);
  assert.deepEqual([await rig.read(hers), await rig.read(older), await rig.read(his)], [null, null, 'his']);
  await rig.sweep.run();
  assert.equal(await rig.count('messages'), 1);
  const [done] = await rig.eraser.list('900');
  assert.deepEqual([done?.receiptId, done?.messages], [receipt.receiptId, 2]);
  assert.ok(done?.doneAtMs);
  assert.equal(await rig.count('erased_subjects'), 0, 'a receipt does not say who it was');
  assert.equal(await rig.read(his, other), 'his');
  await other.close();
});

test('another process forgets an erased person too', async () => {
  const hers = await rig.store(ana, 'hers');
  const other = await rig.openStorage();
  assert.equal(await rig.read(hers, other), 'hers');
  await rig.eraser.erase('900', ana);
  const limit = AbortSignal.timeout(5_000);
  while ((await rig.read(hers, other)) !== null) assert.ok(!limit.aborted, 'it still remembers her');
  await other.close();
});

test('a copy of the rows from before the erasure opens nothing of the person', async () => {
  const hers = await rig.store(ana, 'hers');
  const his = await rig.store(bob, 'his');
  const copies = await rig.db.query<SubjectCopy>('SELECT * FROM subjects');
  const [old] = copies;
  assert.ok(old);
  await rig.eraser.erase('900', ana);
  // A thief, or a restored backup, puts the old rows back.
  await rig.db.query('DELETE FROM subjects');
  for (const row of copies)
    await rig.db.query('INSERT INTO subjects VALUES ($1, $2, $3, $4, $5, $6)', [
      row.phone_number_id,
      row.subject_id,
      row.shard,
      row.shard_version,
      row.wrapped_key,
      row.used_hour,
    ]);
  rig.storage.subjects.forget(null);
  assert.throws(() => rig.storage.keyring.shardKey(old.shard, old.shard_version), KeyMissingError);
  assert.deepEqual([await rig.read(hers), await rig.read(his)], [null, null]);
});

test('a person who was erased and writes again is somebody new', async () => {
  const before = await rig.store(ana, 'before');
  await rig.eraser.erase('900', ana);
  const after = await rig.store(ana, 'after');
  assert.deepEqual([await rig.read(before), await rig.read(after)], [null, 'after']);
  await rig.sweep.run();
  assert.equal(await rig.read(after), 'after');
});

test('a person whose key was tampered with, or comes from a backup, is somebody new within the same hour', async () => {
  const hers = await rig.store(ana, 'hers');
  await rig.db.execute('UPDATE subjects SET wrapped_key = set_byte(wrapped_key, 80, get_byte(wrapped_key, 80) # 1)');
  rig.storage.subjects.forget(null);
  const after = await rig.store(ana, 'after');
  const his = await rig.store(bob, 'his');
  assert.deepEqual([await rig.read(hers), await rig.read(after), await rig.read(his)], [null, 'after', 'his']);
});

test('somebody silent for 30 days is somebody new to a process that remembers them, also before a sweep', async () => {
  await rig.store(ana, 'old');
  rig.clock.setOffset(31 * 24 * 3_600_000);
  await rig.store(ana, 'new');
  assert.equal(await rig.count('subjects'), 2);
});

test('a person is erased at all numbers of the business account and at nobody else’s', async () => {
  await rig.addNumber('502', '15550001112');
  await rig.addNumber('601', '15550001113', '901');
  const kept: Kept[] = [];
  for (const phoneNumberId of ['501', '502', '601']) kept.push(await rig.store(ana, phoneNumberId, { phoneNumberId }));
  await rig.eraser.erase('900', ana);
  await rig.sweep.run();
  assert.deepEqual(await Promise.all(kept.map((each) => rig.read(each))), [null, null, '601']);
  assert.deepEqual(await rig.eraser.list('901'), []);
});

test('somebody unknown is erased without a word of whether they were known', async () => {
  const receipt = await rig.eraser.erase('900', ana);
  await rig.sweep.run();
  const [done] = await rig.eraser.list('900');
  assert.equal(done?.receiptId, receipt.receiptId);
  assert.ok(done.doneAtMs);
});

test('erasures at once, and while messages to the same people are accepted, lose nothing that was accepted after them', async () => {
  const accepts = new AcceptQueue({ db: rig.db, ...rig.storage });
  await rig.storage.keyring.createNumberKey('501');
  const accept = async (to: typeof ana): Promise<Kept> => {
    const messageId = newMessageId(rig.clock.now());
    const acceptedS = Math.floor(rig.clock.now() / 1000);
    const content = Buffer.alloc(0);
    await accepts.acceptMessage({
      phoneNumberId: '501',
      messageId,
      acceptedS,
      retentionHours: 720,
      to,
      content,
      ...atAnyTime,
    });
    return { phoneNumberId: '501', messageId, acceptedS, sentByBusiness: true };
  };
  const during = Array.from({ length: 40 }, async (_, at) => {
    await new Promise((resolve) => setTimeout(resolve, at * 3));
    return accept(at % 2 === 0 ? ana : bob);
  });
  await Promise.all([rig.eraser.erase('900', ana), rig.eraser.erase('900', bob), rig.eraser.erase('900', ana)]);
  await Promise.all(during);
  const after = await accept(ana);
  await rig.sweep.run();
  const [row] = await rig.db.query('SELECT FROM messages WHERE message_id = $1', [after.messageId]);
  assert.ok(row, 'what was accepted after the erasures is there');
  const rows = await rig.db.query<{ orphans: number }>(
    `SELECT count(*)::int AS orphans FROM messages m LEFT JOIN subjects s USING (phone_number_id, subject_id)
     WHERE s.subject_id IS NULL`,
  );
  assert.equal(rows[0]?.orphans, 0, 'whatever is left belongs to somebody');
  await accepts.close();
});

test('an erasure gets its turn although others write all the time', async () => {
  const hers = await rig.store(ana, 'hers');
  await rig.store(bob, 'his');
  const over = new AbortController();
  const write = async () => {
    while (!over.signal.aborted) {
      const people = await rig.storage.subjects.resolve('501', [bob], rig.clock.now());
      const work = rig.db.transaction(async (tx) => {
        await rig.storage.subjects.hold(tx, people.values());
        await new Promise((resolve) => setTimeout(resolve, 10));
      });
      await work.catch((error: Error) => assert.equal(error.name, 'StaleSubjectError'));
    }
  };
  const writers = Array.from({ length: 7 }, write);
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('it starves')), 10_000).unref());
  await Promise.race([rig.eraser.erase('900', ana), timeout]).finally(() => over.abort());
  await Promise.all(writers);
  assert.equal(await rig.read(hers), null);
});

test('an export shows everything that is kept of a person and nothing of others; after an erasure it is empty', async () => {
  await rig.addNumber('502', '15550001112');
  for (const text of ['one', 'two']) await rig.store(ana, text);
  await rig.store(ana, 'three', { phoneNumberId: '502' });
  await rig.store(bob, 'not hers');
  const { items, next } = await rig.personExport.page('900', ana, null);
  assert.equal(next, null);
  const texts = items.flatMap((item) => (item.kind === 'message' ? [item.text?.body] : []));
  assert.deepEqual(new Set(texts), new Set(['one', 'two', 'three']));
  assert.equal(texts.length, 3);
  assert.deepEqual(
    items.flatMap((item) => (item.kind === 'conversation' ? [item.phone_number_id] : [])),
    ['501', '502'],
  );
  await rig.eraser.erase('900', ana);
  assert.deepEqual(await rig.personExport.page('900', ana, null), { items: [], next: null });
});

test('an export tells what somebody wished about marketing messages', async () => {
  const kept = await rig.store(ana, 'hello');
  const content = encode(ContentSchema, { body: { case: 'marketingPreference', value: { isStopped: true } } });
  const record = { person: ana, accountId: null, ...atAnyTime, content };
  await storeSealed(rig.db, rig.storage, { ...kept, messageId: newMessageId(rig.clock.now()), record });
  const { items } = await rig.personExport.page('900', ana, null);
  const wishes = items.flatMap((item) => ('user_preferences' in item ? [item['user_preferences']] : []));
  assert.deepEqual(wishes, [[{ category: 'marketing_messages', value: 'stop' }]]);
});

test('what was erased and is not swept yet fills no page of an export', async () => {
  await rig.addNumber('502', '15550001112');
  for (let at = 0; at < 110; at += 1) await rig.store(ana, `old ${at}`);
  await rig.eraser.erase('900', ana);
  await rig.store(ana, 'new', { phoneNumberId: '502' });
  const { items, next } = await rig.personExport.page('900', ana, null);
  assert.deepEqual([items.map(({ kind }) => kind), next], [['conversation', 'message'], null]);
});

test('a long export comes in pages, each message once', async () => {
  await rig.addNumber('502', '15550001112');
  for (let at = 0; at < 150; at += 1) await rig.store(ana, `a${at}`);
  for (let at = 0; at < 120; at += 1) await rig.store(ana, `b${at}`, { phoneNumberId: '502' });
  const texts: string[] = [];
  let pages = 0;
  for (let next: Parameters<typeof rig.personExport.page>[2] = null; pages === 0 || next !== null; pages += 1) {
    const page = await rig.personExport.page('900', ana, next);
    texts.push(...page.items.flatMap((item) => (item.kind === 'message' ? [item.text?.body ?? ''] : [])));
    next = page.next;
  }
  assert.equal(texts.length, 270);
  assert.equal(new Set(texts).size, 270);
  assert.ok(pages >= 3);
});
