// Writes docs/reference/access.md from the access table; with --check, compares instead.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeAccess } from '@postern/postern/access-document';
import { root } from './tree.ts';
import { conclude } from './verdict.ts';

const file = 'docs/reference/access.md';
const path = join(root, file);
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const page = describeAccess();
if (!values.check) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page);
}
const isSame = existsSync(path) && readFileSync(path, 'utf8') === page;
const problems = isSame ? [] : [`${file}: not what the access table says; run node scripts/access.ts`];
conclude({ seen: 1, what: 'access tables', problems });
