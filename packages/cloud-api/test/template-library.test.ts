import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parameters } from '../src/http/parameters.ts';
import { parseDefinition } from '../src/http/templates/template-definition.ts';
import { authenticationLanguages, authenticationTexts } from '../src/templates/authentication-texts.ts';
import { checkLibraryValues } from '../src/templates/library/check-values.ts';
import { library } from '../src/templates/library/library.ts';
import type { LibraryParameterType } from '../src/templates/library/library-template.ts';
import { TemplateRefusedError } from '../src/templates/template-refused.ts';
import { findVariables } from '../src/templates/variables.ts';

const url = { base_url: 'https://shop.example/{{1}}', url_suffix_example: 'https://shop.example/1' };
const link = { type: 'URL', url };
const call = { type: 'PHONE_NUMBER', phone_number: '+15550100000' };

const asText = (text: string, index: number) =>
  ({ type: 'text', text, name: null, label: `parameter ${index}` }) as const;

test('every template of the library is one that a business could have made itself, and has an example of each value', () => {
  const names = new Set(library.map(({ name, language }) => `${name} ${language}`));
  assert.equal(names.size, library.length);
  assert.equal(new Set(library.map(({ id }) => id)).size, library.length);
  for (const each of library) {
    const { name, language, category, body, bodyParams, bodyParamTypes } = each;
    const what = `${name} ${language}`;
    const inputs = category === 'AUTHENTICATION' ? [{ type: 'OTP' }] : [link, call];
    const asked = { name, language, category, library_template_name: name, library_template_button_inputs: inputs };
    const made = parseDefinition(new Parameters(asked));
    assert.equal(made.libraryName, name, what);
    assert.equal(findVariables(body, 'POSITIONAL')?.length, bodyParams.length, what);
    assert.equal(bodyParamTypes.length, bodyParams.length, what);
    if (category !== 'AUTHENTICATION') {
      const own = { name, language, category, components: made.components };
      assert.deepEqual(parseDefinition(new Parameters(own)).components, made.components, what);
    }
    assert.doesNotThrow(() => checkLibraryValues({ libraryName: name, language }, bodyParams.map(asText)), what);
  }
});

test('a value of another kind than the library says is refused', () => {
  const samples: Readonly<Record<LibraryParameterType, { good: string[]; bad: string[] }>> = {
    TEXT: { good: ['your order'], bad: [] },
    ADDRESS: { good: ['1 Garden Street'], bad: ['12345'] },
    AMOUNT: { good: ['145', 'USD $375.32', '€1,376.22 EUR', 'RS 1200'], bad: ['a lot', 'free of charge', '5 euros'] },
    DATE: {
      good: ['2027-04-19', '13/03/2027', '5th January 2027', '08.22.2027'],
      bad: ['soon', 'https://x.example/1'],
    },
    PHONE_NUMBER: { good: ['+1 4256789900'], bad: ['call me', '12'] },
    EMAIL: { good: ['jo@example.com'], bad: ['jo', 'jo@example', 'j o@example.com'] },
    NUMBER: { good: ['1234'], bad: ['12 34', '1.5', 'one'] },
  };
  for (const [type, { good, bad }] of Object.entries(samples)) {
    const found = library.find(({ bodyParamTypes }) => bodyParamTypes.includes(type as LibraryParameterType));
    if (!found) continue;
    const at = found.bodyParamTypes.indexOf(type as LibraryParameterType);
    const check = (value: string) =>
      checkLibraryValues(
        { libraryName: found.name, language: found.language },
        found.bodyParams.with(at, value).map(asText),
      );
    for (const value of good) assert.doesNotThrow(() => check(value), `${type}: ${value}`);
    for (const value of bad) assert.throws(() => check(value), TemplateRefusedError, `${type}: ${value}`);
  }
});

test('authentication templates speak the language of their template, or that of its region, or else English', () => {
  assert.equal(authenticationTexts('de_AT').copyCode, 'Code kopieren');
  assert.notEqual(authenticationTexts('pt_BR').code, authenticationTexts('pt_PT').code);
  assert.equal(authenticationTexts('zu'), authenticationTexts('en_GB'));
  for (const language of authenticationLanguages) {
    const { code, expires, copyCode, autofill } = authenticationTexts(language);
    assert.ok(code.includes('*{{1}}*') && expires[1].includes('{n}'), language);
    assert.ok(
      [copyCode, autofill].every((text) => Array.from(text).length <= 25),
      language,
    );
  }
});
