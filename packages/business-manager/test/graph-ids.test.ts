import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '@postern/protocol';
import { drawGraphId, GraphIdsExhaustedError, takeGraphId } from '../src/directory/graph-ids.ts';
import { startRig, type Rig } from './rig.ts';

let rig: Rig;

before(async () => {
  rig = await startRig();
});
after(() => rig.stop());

test('a drawn id has 16 digits, no leading zero, and fits a double', () => {
  for (let draws = 0; draws < 10_000; draws += 1) {
    const id = drawGraphId();
    assert.match(id, /^[1-9][0-9]{15}$/);
    assert.ok(Number.isSafeInteger(Number(id)), id);
  }
});

test('an id that another object has is drawn again, and after five times the change fails', async () => {
  const taken = '1111111111111111';
  const drawn: string[] = [];
  const draw = (ids: string[]) => () => {
    const id = ids.shift() ?? taken;
    drawn.push(id);
    return id;
  };
  const take = (ids: string[]) => rig.database.transaction((tx) => takeGraphId(tx, draw(ids)));
  assert.equal(await take([taken]), taken);
  assert.equal(await take([taken, taken, '2222222222222222']), '2222222222222222');
  drawn.length = 0;
  await assert.rejects(take([]), GraphIdsExhaustedError);
  assert.equal(drawn.length, limits.maxGraphIdDraws);
});
