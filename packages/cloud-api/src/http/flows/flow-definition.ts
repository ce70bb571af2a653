import { limits } from '@postern/protocol';
import type { ActiveToken } from '../../access/introspection.ts';
import { flowCategories, type FlowCategory, type FlowDocument } from '../../flows/flow.ts';
import type { FlowChange } from '../../flows/flows.ts';
import { readFlowDocument } from '../../flows/json/read-document.ts';
import { ForbiddenUrlError, parseOutsideUrl } from '../../outside/address-guard.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';

/** The categories of a flow; null when nothing is said. @throws GraphError */
export function findCategories(parameters: Parameters): FlowCategory[] | null {
  const words = parameters.findWords('categories');
  if (words === null) return null;
  if (words.length === 0 || words.length > flowCategories.length)
    throw parameterError(`Param categories must hold 1 to ${flowCategories.length} categories.`);
  return [...new Set(words.map(parseCategory))];
}

function parseCategory(word: string): FlowCategory {
  const category = flowCategories.find((each) => each === word.toUpperCase());
  if (category === undefined) throw parameterError(`Param categories must be of {${flowCategories.join(', ')}}.`);
  return category;
}

/** Where the flow asks for data: null for nowhere, undefined when nothing is said. @throws GraphError */
export function findEndpointUri(parameters: Parameters): string | null | undefined {
  const name = parameters.has('endpoint_uri') ? 'endpoint_uri' : 'data_channel_uri';
  const text = parameters.findAnyText(name, limits.maxLinkCharacters);
  if (text === null) return undefined;
  if (text === '') return null;
  try {
    return parseOutsideUrl(text, limits.maxLinkCharacters).href;
  } catch (error) {
    if (error instanceof ForbiddenUrlError) throw parameterError(`Param ${name} must be a public http or https URL.`);
    throw error;
  }
}

/** The file flow.json in a parameter; null when there is none. @throws GraphError */
export function findDocument(parameters: Parameters): FlowDocument | null {
  const text = parameters.findText('flow_json');
  return text === null ? null : readChecked(text, 'flow_json');
}

/** Reads a file, however it came. @throws GraphError when it is too large */
export function readChecked(text: string, name: string): FlowDocument {
  if (Buffer.byteLength(text) > limits.maxFlowJsonBytes)
    throw parameterError(`Param ${name} must be at most ${limits.maxFlowJsonBytes} bytes long.`);
  return readFlowDocument(text);
}

/** What `POST /{flow}` changes. @throws GraphError */
export function parseChange(parameters: Parameters, caller: ActiveToken): FlowChange {
  const name = parameters.findText('name', limits.maxFlowNameCharacters);
  const categories = findCategories(parameters);
  const endpointUri = findEndpointUri(parameters);
  const appId = parameters.findText('application_id');
  if (appId !== null && appId !== caller.appId)
    throw parameterError('Param application_id must be the app of the access token.');
  if (name === null && categories === null && endpointUri === undefined && appId === null)
    throw parameterError('One of the parameters name, categories, endpoint_uri and application_id is required.');
  return {
    ...(name !== null && { name }),
    ...(categories !== null && { categories }),
    ...(endpointUri !== undefined && { endpointUri }),
    ...(appId !== null && { appId }),
  };
}
