import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { numberOf, startRig, until, untilShown } from './rig.ts';

let rig: Awaited<ReturnType<typeof startRig>>;
before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

test('what is sent and what is received is counted with one person over all businesses, and receipts are not', async () => {
  const desk = await rig.registerNumber('921', numberOf('15550109921'));
  await rig.registerNumber('922', numberOf('15550109922'));
  await rig.startWorker(1);
  const ana = await rig.openPhone('Ana', '15550100221');
  await rig.say('921', ana.phoneNumber, 'your parcel');
  await untilShown(ana, (items) => items.some(({ text }) => text?.body === 'your parcel'));
  ana.markRead();
  ana.say({ to: desk.phoneNumber, text: { body: 'thank you' } });
  await until(async () => (await countedCells()).flat().length === 2);
  await rig.say('922', ana.phoneNumber, 'your invoice');
  assert.deepEqual(await countedCells(), [['sent/text', 'received/text', 'sent/text']]);
});

test('a message that is not stored is not counted', async () => {
  await rig.registerNumber('923', numberOf('15550109923'));
  const counted = await countedCells();
  await rig.db.execute(
    `CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`,
  );
  await rig.db.execute(
    `CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
     FOR EACH ROW EXECUTE FUNCTION refuse_commit()`,
  );
  await assert.rejects(rig.say('923', numberOf('15550100299'), 'never stored'), { name: 'StatementFailedError' });
  assert.deepEqual(await countedCells(), counted);
});

async function countedCells(): Promise<string[][]> {
  const rows = await rig.db.query<{ cells: string[] }>('SELECT cells FROM statistics_contributions');
  return rows.map(({ cells }) => cells);
}
