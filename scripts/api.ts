// Writes docs/reference/api.md, openapi.json and compatibility.md from the operations and their tests; with --check, compares
// instead.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { describeApi, describeOpenApi } from '@postern/cloud-api/api-page';
import { describeCompatibility, findCompatibilityProblems } from '@postern/cloud-api/testing';
import { root } from './tree.ts';
import { conclude } from './verdict.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const pages = {
  'docs/reference/api.md': describeApi(),
  'docs/reference/compatibility.md': describeCompatibility(),
  'docs/reference/openapi.json': JSON.stringify(describeOpenApi()),
};
const readTests = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : null);
const problems = findCompatibilityProblems(readTests);
for (const [file, page] of Object.entries(pages)) {
  const path = join(root, file);
  const formatted = await format(page, { ...(await resolveConfig(path)), filepath: path });
  if (!values.check) writeFileSync(path, formatted);
  const isSame = existsSync(path) && readFileSync(path, 'utf8') === formatted;
  if (!isSame) problems.push(`${file}: not what the schemas of the operations say; run npm run api`);
}
conclude({ seen: Object.keys(pages).length, what: 'pages', problems });
