import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { limits } from '@postern/protocol';
import { firstDocument } from '../src/flows/json/first-document.ts';
import { readFlowDocument } from '../src/flows/json/read-document.ts';
import { changed, gone, times, type Changes } from './conformance/suite.ts';
import { bookingFlow } from './flow-files.ts';

function mistakesOf(changes: Changes): [error: string, path: string | undefined][] {
  const { mistakes } = readFlowDocument(JSON.stringify(changed(bookingFlow, changes)));
  return mistakes.map(({ error, pointers }) => [error, pointers[0]?.path]);
}

const first = 'screens.0.layout.children';
const [firstPath, lastPath] = ['screens[0].layout.children', 'screens[1].layout.children'];
const withEndpoint = { data_api_version: '3.0', routing_model: { FIRST: ['LAST'], LAST: [] } };
const heading = { type: 'TextHeading', text: 'Hello' };
const footer = { type: 'Footer', label: 'Done', 'on-click-action': { name: 'complete', payload: {} } };
const third = {
  id: 'THIRD',
  terminal: true,
  layout: { type: 'SingleColumnLayout', children: [footer] },
};

test('a file without a mistake has none, whatever of the rules it makes use of', () => {
  assert.deepEqual(firstDocument.mistakes, []);
  const fine: Record<string, Changes> = {
    'as it is': {},
    'the oldest version': { version: '2.1' },
    'an endpoint': { ...withEndpoint, [`${first}.2.on-click-action`]: { name: 'data_exchange', payload: {} } },
    'a form around it': {
      [first]: [{ type: 'Form', name: 'form', children: bookingFlow.screens[0]?.layout.children }],
    },
    'what is shown in some cases': {
      [`${first}.0`]: { type: 'If', condition: "`${data.name} == 'Ana'`", ['then' as string]: [heading] },
    },
    'one of several cases': {
      [`${first}.0`]: { type: 'Switch', value: '${data.name}', cases: { Ana: [heading], default: [heading] } },
    },
    'what another screen knows': { 'screens.1.layout.children.0.text': '${screen.FIRST.form.time}' },
    'an expression': { [`${first}.0.text`]: "`'Hello ' ${data.name}`" },
    'a data source that the endpoint gives': { [`${first}.1.data-source`]: '${data.list}' },
    'a third screen': {
      'screens.2': third,
      [`${first}.3`]: {
        type: 'EmbeddedLink',
        text: 'Skip',
        'on-click-action': { name: 'navigate', next: { type: 'screen', name: 'THIRD' }, payload: {} },
      },
    },
  };
  for (const [what, changes] of Object.entries(fine)) assert.deepEqual(mistakesOf(changes), [], what);
});

const wrong: Readonly<Record<string, readonly [Changes, error: string, path: string]>> = {
  'a version that there is not': [{ version: '1.0' }, 'INVALID_FLOW_JSON_VERSION', 'version'],
  'no version': [{ version: gone }, 'MISSING_REQUIRED_PROPERTY', ''],
  'no screens': [{ screens: gone }, 'MISSING_REQUIRED_PROPERTY', ''],
  'screens that are no list': [{ screens: {} }, 'INVALID_PROPERTY_TYPE', 'screens'],
  'too many screens': [{ screens: times(limits.maxFlowScreens + 1, () => third) }, 'MAX_ITEMS_EXCEEDED', 'screens'],
  'a property that there is not': [{ colour: 'red' }, 'INVALID_PROPERTY_KEY', 'colour'],
  'a data api that there is not': [
    { ...withEndpoint, data_api_version: '9' },
    'INVALID_DATA_API_VERSION',
    'data_api_version',
  ],
  'a screen that is no object': [{ 'screens.2': 1 }, 'INVALID_PROPERTY_TYPE', 'screens[2]'],
  'a screen without a layout': [{ 'screens.1.layout': gone }, 'MISSING_REQUIRED_PROPERTY', 'screens[1]'],
  'a screen with what screens have not': [{ 'screens.1.colour': 1 }, 'INVALID_PROPERTY_KEY', 'screens[1].colour'],
  'a title that is a number': [{ 'screens.1.title': 1 }, 'INVALID_PROPERTY_TYPE', 'screens[1].title'],
  'an id with a digit': [{ 'screens.2': { ...third, id: 'A1' } }, 'PATTERN_MISMATCH', 'screens[2].id'],
  'the reserved id': [{ 'screens.2': { ...third, id: 'SUCCESS' } }, 'RESERVED_SCREEN_ID', 'screens[2].id'],
  'an id that is taken': [{ 'screens.2': { ...third, id: 'LAST' } }, 'DUPLICATE_SCREEN_ID', 'screens[2]'],
  'another layout': [{ 'screens.1.layout.type': 'TwoColumns' }, 'INVALID_PROPERTY_VALUE', 'screens[1].layout.type'],
  'no terminal screen': [
    { 'screens.1.terminal': gone, 'screens.1.success': gone },
    'MISSING_TERMINAL_SCREEN',
    'screens',
  ],
  'success of a screen that is not terminal': [{ 'screens.0.success': true }, 'INVALID_PROPERTY_KEY', 'screens[0]'],
  'a terminal screen without a footer': [{ 'screens.1.layout.children': [heading] }, 'MISSING_FOOTER', 'screens[1]'],
  'data without an example': [
    { 'screens.0.data.day.__example__': gone },
    'MISSING_REQUIRED_PROPERTY',
    'screens[0].data.day',
  ],
  'data of a type that there is not': [
    { 'screens.0.data.day.type': 'date' },
    'INVALID_PROPERTY_VALUE',
    'screens[0].data.day',
  ],
  'a list of data of nothing': [
    { 'screens.0.data.list.items': gone },
    'MISSING_REQUIRED_PROPERTY',
    'screens[0].data.list',
  ],
  'a component that there is not': [
    { [`${first}.0.type`]: 'Heading' },
    'INVALID_PROPERTY_VALUE',
    `${firstPath}[0].type`,
  ],
  'a component from a later version': [
    { version: '2.1', [`${first}.0.type`]: 'RichText' },
    'INVALID_PROPERTY_VALUE',
    `${firstPath}[0].type`,
  ],
  'a component without a type': [{ [`${first}.0.type`]: gone }, 'MISSING_REQUIRED_PROPERTY', `${firstPath}[0]`],
  'a component with what it has not': [
    { [`${first}.0.colour`]: 'red' },
    'INVALID_PROPERTY_KEY',
    `${firstPath}[0].colour`,
  ],
  'a component without what it must have': [
    { [`${first}.0.text`]: gone },
    'MISSING_REQUIRED_PROPERTY',
    `${firstPath}[0]`,
  ],
  'a heading that is too long': [
    { [`${first}.0.text`]: 'x'.repeat(81) },
    'MAX_LENGTH_EXCEEDED',
    `${firstPath}[0].text`,
  ],
  'an empty heading': [{ [`${first}.0.text`]: ' ' }, 'INVALID_PROPERTY_VALUE', `${firstPath}[0].text`],
  'a heading that is a number': [{ [`${first}.0.text`]: 7 }, 'INVALID_PROPERTY_TYPE', `${firstPath}[0].text`],
  'a flag that is a text': [{ [`${first}.1.required`]: 'yes' }, 'INVALID_PROPERTY_TYPE', `${firstPath}[1].required`],
  'a kind of input that there is not': [
    { 'screens.1.layout.children.1.input-type': 'colour' },
    'INVALID_PROPERTY_VALUE',
    `${lastPath}[1].input-type`,
  ],
  'nothing to choose from': [{ [`${first}.1.data-source`]: [] }, 'MIN_ITEMS_REQUIRED', `${firstPath}[1].data-source`],
  'a choice without a title': [
    { [`${first}.1.data-source.0.title`]: gone },
    'MISSING_REQUIRED_PROPERTY',
    `${firstPath}[1].data-source[0]`,
  ],
  'two choices of one id': [
    { [`${first}.1.data-source.1.id`]: 'nine' },
    'INVALID_PROPERTY_VALUE',
    `${firstPath}[1].data-source[1]`,
  ],
  'two inputs of one name': [
    { 'screens.1.layout.children.3': { type: 'TextInput', name: 'note', label: 'x' } },
    'DUPLICATE_COMPONENT_NAME',
    `${lastPath}[3].name`,
  ],
  'two footers': [{ [`${first}.3`]: bookingFlow.screens[0]?.layout.children[2] }, 'TOO_MANY_COMPONENTS', 'screens[0]'],
  'more components than a screen has': [
    {
      [first]: times(limits.maxFlowComponentsPerScreen + 1, () => heading),
      'screens.1.data': {},
      'screens.1.layout.children': [footer],
      routing_model: { FIRST: ['LAST'], LAST: [] },
    },
    'TOO_MANY_COMPONENTS',
    'screens[0]',
  ],
  'data that is not declared': [
    { [`${first}.0.text`]: '${data.age}' },
    'UNKNOWN_DATA_REFERENCE',
    `${firstPath}[0].text`,
  ],
  'an input that is not there': [
    { 'screens.1.layout.children.2.on-click-action.payload.note': '${form.other}' },
    'UNKNOWN_DATA_REFERENCE',
    `${lastPath}[2].on-click-action.payload.note`,
  ],
  'what no other screen knows': [
    { [`${first}.0.text`]: '${screen.NONE.form.time}' },
    'UNKNOWN_DATA_REFERENCE',
    `${firstPath}[0].text`,
  ],
  'an action that there is not': [
    { [`${first}.2.on-click-action.name`]: 'fly', routing_model: { FIRST: ['LAST'], LAST: [] } },
    'INVALID_ACTION',
    `${firstPath}[2].on-click-action.name`,
  ],
  'a link to nowhere': [
    { [`${first}.2.on-click-action.next.name`]: 'NONE', routing_model: { FIRST: ['LAST'], LAST: [] } },
    'UNKNOWN_SCREEN',
    `${firstPath}[2].on-click-action.next.name`,
  ],
  'a payload without what the next screen wants': [
    { [`${first}.2.on-click-action.payload`]: {} },
    'INVALID_ACTION',
    `${firstPath}[2].on-click-action`,
  ],
  'an end before the end': [
    { [`${first}.2.on-click-action`]: { name: 'complete', payload: {} }, routing_model: { FIRST: ['LAST'], LAST: [] } },
    'INVALID_ACTION',
    `${firstPath}[2].on-click-action.name`,
  ],
  'an exchange without an endpoint': [
    { 'screens.1.layout.children.2.on-click-action': { name: 'data_exchange', payload: {} } },
    'INVALID_ACTION',
    `${lastPath}[2].on-click-action.name`,
  ],
  'an endpoint without routes': [{ data_api_version: '3.0' }, 'MISSING_REQUIRED_PROPERTY', ''],
  'a route to nowhere': [
    { routing_model: { FIRST: ['LAST', 'NONE'], LAST: [] } },
    'UNKNOWN_SCREEN',
    'routing_model.FIRST[1]',
  ],
  'a route from nowhere': [
    { routing_model: { FIRST: ['LAST'], LAST: [], NONE: [] } },
    'UNKNOWN_SCREEN',
    'routing_model.NONE',
  ],
  'a screen to itself': [
    { routing_model: { FIRST: ['LAST', 'FIRST'], LAST: [] } },
    'INVALID_ROUTING_MODEL',
    'routing_model.FIRST[1]',
  ],
  'a screen without a route': [{ routing_model: { FIRST: ['LAST'] } }, 'INVALID_ROUTING_MODEL', 'routing_model'],
  'an action where no route leads': [
    { routing_model: { FIRST: [], LAST: [] }, 'screens.0.terminal': true },
    'INVALID_ROUTING_MODEL',
    'routing_model',
  ],
  'a screen that leads nowhere': [
    { 'screens.2': { ...third, terminal: false, layout: { type: 'SingleColumnLayout', children: [heading] } } },
    'INVALID_ROUTING_MODEL',
    'screens',
  ],
};

test('each mistake is told by its kind and its place', () => {
  for (const [what, [changes, error, path]] of Object.entries(wrong))
    assert.ok(
      mistakesOf(changes).some((found) => isDeepStrictEqual(found, [error, path])),
      `${what}: ${JSON.stringify(mistakesOf(changes))}`,
    );
});

test('two screens do not lead to each other, and somewhere is the beginning', () => {
  assert.deepEqual(mistakesOf({ routing_model: { FIRST: ['LAST'], LAST: ['FIRST'] } }), [
    ['INVALID_ROUTING_MODEL', 'routing_model'],
    ['INVALID_ROUTING_MODEL', 'routing_model'],
  ]);
});

test('a place is told by line and column, which count from one', () => {
  const text = ['{', '  "version": "7.3",', '  "screens": [', '    { "id": "A", "x": 1 }', '  ]', '}'].join('\n');
  const found = readFlowDocument(text).mistakes.find(({ pointers }) => pointers[0]?.path === 'screens[0].x');
  assert.deepEqual(
    [found?.line_start, found?.column_start, found?.line_end, found?.column_end, found?.error],
    [4, 18, 4, 21, 'INVALID_PROPERTY_KEY'],
  );
});

test('a file that is no JSON has one mistake, at the place where it stops being JSON', () => {
  for (const [text, line, column] of [
    ['{"version": "7.3",\n"screens": [}', 2, 13],
    ['', 1, 1],
    ['[]', 1, 1],
    ['{} // why not', 1, 4],
    ['['.repeat(100_000), 1, 1],
  ] as const) {
    const { mistakes, jsonVersion } = readFlowDocument(text);
    const places = mistakes.map((mistake) => [mistake.error, mistake.line_start, mistake.column_start]);
    assert.deepEqual([places, jsonVersion], [[['INVALID_JSON', line, column]], null], text.slice(0, 30));
  }
});

test('whatever is put in the place of whatever, mistakes are found in bounded time and number', () => {
  const paths = [
    'screens',
    'screens.0',
    'screens.0.layout',
    first,
    `${first}.0`,
    `${first}.1.data-source`,
    'routing_model',
    `${first}.2.on-click-action`,
    'screens.0.data',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const { mistakes } = readFlowDocument(JSON.stringify(changed(bookingFlow, { [path]: value })));
      return mistakes.length <= limits.maxFlowMistakes;
    }),
  );
  const many = times(20_000, () => ({ type: 'x' }));
  const began = performance.now();
  assert.equal(readFlowDocument(JSON.stringify(changed(bookingFlow, { [first]: many }))).mistakes.length, 100);
  assert.equal(readFlowDocument('"\\'.repeat(200_000)).mistakes.length, 1);
  assert.ok(performance.now() - began < 5_000);
});
