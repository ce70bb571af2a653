import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { limits } from '@postern/protocol';
import type { FlowDocument } from '../flow.ts';
import { checkRouting } from './check-routing.ts';
import { checkScreen } from './check-screen.ts';
import { Mistakes } from './mistakes.ts';
import { readScreens, type FlowContext, type Screen } from './screens.ts';
import { itemsOf, memberOf, membersOf, textOf } from './tree.ts';
import { isDataApiVersion, isFlowJsonVersion } from './versions.ts';

const properties = ['version', 'screens', 'data_api_version', 'routing_model', 'data_channel_uri', 'name'];

/** Reads the file of a flow and finds what is wrong with it; a file that is no JSON has one mistake. */
export function readFlowDocument(text: string): FlowDocument {
  const mistakes = new Mistakes(text);
  const root = parseText(text, mistakes);
  if (!root) return { text, jsonVersion: null, dataApiVersion: null, mistakes: mistakes.found };
  const jsonVersion = textOf(memberOf(root, 'version'));
  const dataApiVersion = textOf(memberOf(root, 'data_api_version'));
  checkTop(root, mistakes);
  // Without a version nobody can tell what a screen may hold.
  if (jsonVersion !== null && isFlowJsonVersion(jsonVersion))
    checkScreens(root, { mistakes, version: jsonVersion, hasEndpoint: dataApiVersion !== null });
  return { text, jsonVersion, dataApiVersion, mistakes: mistakes.found };
}

function parseText(text: string, mistakes: Mistakes): Node | null {
  if (depthOf(text) > limits.maxFlowJsonDepth) {
    mistakes.addAt(
      'INVALID_JSON',
      { offset: 0, length: 0 },
      `JSON is nested at most ${limits.maxFlowJsonDepth} levels deep.`,
    );
    return null;
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (!error && root?.type === 'object') return root;
  const what = error ? printParseErrorCode(error.error) : 'ObjectExpected';
  mistakes.addAt('INVALID_JSON', error ?? { offset: 0, length: text.length }, `The file is not valid JSON: ${what}.`);
  return null;
}

/** How deep brackets stand in each other, as far as anybody can tell of a text that may be no JSON. */
function depthOf(text: string): number {
  let [depth, deepest, isInText] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isInText && character === '\\') at += 1;
    else if (character === '"') isInText = !isInText;
    else if (isInText) continue;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}

function checkTop(root: Node, mistakes: Mistakes): void {
  for (const { key, name } of membersOf(root))
    if (!properties.includes(name)) mistakes.add('INVALID_PROPERTY_KEY', key, 'There is no property of this name.');
  for (const name of ['version', 'screens'])
    if (!memberOf(root, name)) mistakes.add('MISSING_REQUIRED_PROPERTY', root, `The property '${name}' is required.`);
  const version = memberOf(root, 'version');
  if (version && !isFlowJsonVersion(textOf(version) ?? ''))
    mistakes.add('INVALID_FLOW_JSON_VERSION', version, "Invalid value found for property 'version'.");
  const dataApi = memberOf(root, 'data_api_version');
  if (dataApi && !isDataApiVersion(textOf(dataApi) ?? ''))
    mistakes.add('INVALID_DATA_API_VERSION', dataApi, "Invalid value found for property 'data_api_version'.");
  const screens = memberOf(root, 'screens');
  if (screens && screens.type !== 'array')
    mistakes.add('INVALID_PROPERTY_TYPE', screens, "Property 'screens' must be an array.");
}

function checkScreens(root: Node, given: Omit<FlowContext, 'screens'>): void {
  const { mistakes } = given;
  const list = memberOf(root, 'screens');
  const nodes = itemsOf(list);
  if (list?.type === 'array' && nodes.length === 0)
    mistakes.add('MIN_ITEMS_REQUIRED', list, "Property 'screens' must have at least 1 item.");
  if (nodes.length > limits.maxFlowScreens)
    return mistakes.add('MAX_ITEMS_EXCEEDED', list ?? root, `A flow has at most ${limits.maxFlowScreens} screens.`);
  const screens = new Map<string, Screen>();
  for (const screen of readScreens(root)) {
    if (screens.has(screen.id)) mistakes.add('DUPLICATE_SCREEN_ID', screen.node, 'Another screen has this id.');
    else screens.set(screen.id, screen);
  }
  const context = { ...given, screens };
  for (const node of nodes) checkScreen(context, node);
  if (nodes.length > 0 && ![...screens.values()].some(({ isTerminal }) => isTerminal))
    mistakes.add('MISSING_TERMINAL_SCREEN', list ?? root, 'At least one screen must be terminal.');
  checkRouting(context, root);
}
