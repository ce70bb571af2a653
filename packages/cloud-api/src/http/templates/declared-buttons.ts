import { limits } from '@postern/protocol';
import { gaps } from '../../contract/gaps.ts';
import { plainButtonTypes, type ButtonsComponent, type TemplateButton } from '../../templates/component.ts';
import { findVariables } from '../../templates/variables.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { getShortText, missingExample } from './declared-text.ts';

const buttonTypes = [
  'QUICK_REPLY',
  'URL',
  'PHONE_NUMBER',
  'COPY_CODE',
  'CATALOG',
  'MPM',
  'SPM',
  'ORDER_DETAILS',
  'FLOW',
  'VOICE_CALL',
  ...plainButtonTypes,
] as const satisfies readonly TemplateButton['type'][];

/** How many of a kind there may be; as many as there may be buttons when it is not named. */
const maxOfType: Readonly<Partial<Record<TemplateButton['type'], number>>> = {
  URL: limits.maxTemplateUrlButtons,
  PHONE_NUMBER: 1,
  COPY_CODE: 1,
  CATALOG: 1,
  MPM: 1,
  SPM: 1,
  ORDER_DETAILS: 1,
  FLOW: 1,
  VOICE_CALL: 1,
};

/** Reads the buttons of a message or of a card. @throws GraphError */
export function parseButtons(component: Parameters, max: number = limits.maxTemplateButtons): ButtonsComponent {
  const list = component.getList('buttons', { min: 1, max });
  const buttons = list.map((button) => parseButton(button));
  const label = `Param ${component.label('buttons')}`;
  for (const [type, most] of Object.entries(maxOfType))
    if (buttons.filter((button) => button.type === type).length > most)
      throw parameterError(`${label} must hold at most ${most} of the type ${type}.`);
  // Quick replies stand together: from one to the next kind there is at most one step in and one out.
  const first = buttons.findIndex(({ type }) => type === 'QUICK_REPLY');
  const replies = buttons.filter(({ type }) => type === 'QUICK_REPLY').length;
  const isGrouped = buttons.slice(first, first + replies).every(({ type }) => type === 'QUICK_REPLY');
  if (replies > 0 && !isGrouped) throw parameterError(`${label} must hold the quick replies side by side.`);
  return { type: 'BUTTONS', buttons };
}

/** Reads one button. @throws GraphError */
export function parseButton(button: Parameters): TemplateButton {
  const type = button.getChoice('type', buttonTypes);
  switch (type) {
    case 'COPY_CODE':
      return { type, text: buttonText(button, 'Copy offer code'), example: [getCouponExample(button)] };
    case 'URL':
      return parseUrlButton(button);
    case 'PHONE_NUMBER':
      return { type, text: buttonText(button), phone_number: getPhoneNumber(button) };
    case 'FLOW':
      return parseFlowButton(button);
    case 'VOICE_CALL': {
      const minutes = button.findInteger('ttl_minutes', { min: 1, max: limits.maxCallButtonMinutes });
      return { type, text: buttonText(button), ...(minutes !== null && { ttl_minutes: minutes }) };
    }
    case 'REQUEST_CONTACT_INFO':
      return { type, text: buttonText(button, 'Share contact info') };
    case 'SEND_LOCATION':
      return { type, text: buttonText(button, 'Send location') };
    default:
      return { type, text: buttonText(button) };
  }
}

function buttonText(button: Parameters, unasked?: string): string {
  if (unasked !== undefined && !button.has('text')) return unasked;
  return getShortText(button, 'text', limits.maxTemplateButtonCharacters);
}

function parseUrlButton(button: Parameters): TemplateButton {
  const url = getShortText(button, 'url', limits.maxTemplateUrlCharacters);
  const variables = findVariables(url, 'POSITIONAL');
  const isFixed = variables?.length === 0;
  if (!/^https?:\/\//i.test(url) || !variables || !URL.canParse(url.replace('{{1}}', '1')))
    throw parameterError(`Param ${button.label('url')} must be an http or https URL.`);
  if (!isFixed && (variables.length > 1 || url.indexOf('{{1}}') !== url.length - '{{1}}'.length))
    throw parameterError(`Param ${button.label('url')} may hold one variable, {{1}}, at its end.`);
  const text = buttonText(button);
  if (isFixed) return { type: 'URL', text, url };
  const [example, ...others] = button.findWords('example') ?? [];
  if (!example || others.length > 0) throw missingExample(button, 'one URL');
  return { type: 'URL', text, url, example: [example] };
}

function getPhoneNumber(button: Parameters): string {
  const number = getShortText(button, 'phone_number', limits.maxTemplatePhoneNumberCharacters);
  if (/^\+?[0-9 ()-]{3,}$/.test(number)) return number;
  throw parameterError(`Param ${button.label('phone_number')} must be a phone number.`);
}

function getCouponExample(button: Parameters): string {
  const [example] = button.findWords('example') ?? [];
  if (!example) throw missingExample(button, 'one code');
  if (example.length <= gaps.maxCouponCodeCharacters) return example;
  throw parameterError(
    `Param ${button.label('example')} must be at most ${gaps.maxCouponCodeCharacters} characters long.`,
  );
}

function parseFlowButton(button: Parameters): TemplateButton {
  const names = ['flow_id', 'flow_name', 'flow_action', 'navigate_screen', 'icon'] as const;
  const given = names.flatMap((name) => {
    const text = button.findText(name, limits.maxFieldCharacters);
    return text === null ? [] : [[name, text] as const];
  });
  if (button.has('flow_json')) throw parameterError(`Param ${button.label('flow_json')} is not supported here.`);
  if (button.has('flow_id') === button.has('flow_name'))
    throw parameterError(
      `One of the parameters ${button.label('flow_id')} and ${button.label('flow_name')} is required.`,
    );
  return { type: 'FLOW', text: buttonText(button), ...Object.fromEntries(given) };
}
