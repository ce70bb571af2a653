import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { formsOf, searchFiles } from '../src/verify/search.ts';
import { temporaryFolder } from './rig.ts';

test('a text is recognised in hex and in base64, whatever stands beside it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 8 }),
      fc.uint8Array(),
      fc.uint8Array(),
      (text, left, right) => {
        const bytes = Buffer.concat([left, Buffer.from(text), right]);
        for (const encoding of ['hex', 'base64'] as const)
          assert.ok(
            formsOf(text).some((form) => bytes.toString(encoding).includes(form)),
            encoding,
          );
        const twice = Buffer.from(bytes.toString('base64')).toString('hex');
        assert.ok(formsOf(text).some((form) => twice.includes(form)));
      },
    ),
  );
});

test('a text is found in any file of a folder, also where two pieces that are read meet', async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  mkdirSync(join(folder.dir, 'deep'));
  const [there, elsewhere] = [join(folder.dir, 'deep', 'there'), join(folder.dir, 'elsewhere')];
  const padding = Buffer.alloc(4 * 1024 * 1024 - 5, 'x');
  writeFileSync(there, Buffer.concat([padding, Buffer.from('a text that is searched'), padding]));
  writeFileSync(elsewhere, padding);
  const { found, bytes } = await searchFiles([folder.dir, join(folder.dir, 'missing')], 'a text that is searched');
  assert.deepEqual(found, [there]);
  assert.ok(bytes > 2 * padding.length - 10);
  assert.deepEqual((await searchFiles([folder.dir], 'a text that is not there')).found, []);
});
