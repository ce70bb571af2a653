import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNamedValues } from '../src/http/named-values.ts';

const parse = (text: string) => JSON.parse(JSON.stringify(parseNamedValues(text))) as unknown;

test('of a name that comes twice the last counts', () => {
  assert.deepEqual(parse('a=1&b=2&a=3'), { a: '3', b: '2' });
});

test('brackets make lists and objects, however the places are written', () => {
  const written: [string, unknown][] = [
    ['fields[]=id&fields[]=name', { fields: ['id', 'name'] }],
    ['fields%5B0%5D=id&fields%5B1%5D=name', { fields: ['id', 'name'] }],
    ['fields[1]=name&fields[0]=id', { fields: ['id', 'name'] }],
    ['text[body]=Hello&text[preview_url]=true', { text: { body: 'Hello', preview_url: 'true' } }],
    ['a[0][b]=1&a[1][b]=2', { a: [{ b: '1' }, { b: '2' }] }],
    ['a[7]=x&a[]=y', { a: ['x', 'y'] }],
    ['a[0]=x&a[b]=y', { a: { 0: 'x', b: 'y' } }],
    ['a=1&a[b]=2', { a: { b: '2' } }],
    ['a[b]=2&a=1', { a: '1' }],
  ];
  for (const [text, values] of written) assert.deepEqual(parse(text), values, text);
});

test('a name whose brackets do not match is a name as any other', () => {
  for (const name of ['[', ']', '[]', '[a]', 'a[', 'a]b', 'a[b]c', 'a[b', 'a[[b]]', `a${'[b]'.repeat(33)}`])
    assert.deepEqual(parse(`${encodeURIComponent(name)}=1`), { [name]: '1' }, name);
});

test('no name reaches what every object has', () => {
  for (const text of ['__proto__[polluted]=1', 'a[__proto__][polluted]=1', 'constructor[prototype][polluted]=1']) {
    parseNamedValues(text);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined, text);
  }
  assert.deepEqual(Object.keys(parseNamedValues('__proto__=1')), ['__proto__']);
});

test('a list without end is read in time that grows with its length', () => {
  const started = performance.now();
  const values = parseNamedValues('a[]=1&'.repeat(170_000));
  assert.equal((values['a'] as unknown[]).length, 170_000);
  assert.ok(performance.now() - started < 5_000);
});
