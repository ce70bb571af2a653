import { limits } from '@postern/protocol';
import { encodeOtpUrl, otpTypes, type OtpButton } from '../../templates/authentication.ts';
import type { BodyComponent, DeclaredComponent, FooterComponent, TemplateButton } from '../../templates/component.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { getShortText } from './declared-text.ts';

const partTypes = ['BODY', 'FOOTER', 'BUTTONS'] as const;
const exampleCode = '123456';
const codeText = '*{{1}}* is your verification code.';
const securityText = 'For your security, do not share this code.';

/** Reads the components of an authentication template: what it says is fixed, and it has one button. @throws GraphError */
export function parseAuthenticationComponents(components: readonly Parameters[], label: string): DeclaredComponent[] {
  const parts = components.map((component) => [component.getChoice('type', partTypes), component] as const);
  const find = (type: (typeof partTypes)[number]): Parameters | null => {
    const [first, second] = parts.filter(([each]) => each === type);
    if (second) throw parameterError(`Param ${label} must hold at most one ${type}.`);
    return first?.[1] ?? null;
  };
  const [body, footer, buttons] = [find('BODY'), find('FOOTER'), find('BUTTONS')];
  if (!body || !buttons)
    throw parameterError(`Param ${label} must hold a BODY and BUTTONS with one button of the type OTP.`);
  const expiration = footer && parseExpiration(footer);
  return [
    parseAuthenticationBody(body),
    ...(expiration ? [expiration] : []),
    { type: 'BUTTONS', buttons: [parseOtpButton(buttons, expiration?.code_expiration_minutes ?? null)] },
  ];
}

function parseAuthenticationBody(body: Parameters): BodyComponent {
  if (body.has('text'))
    throw parameterError(`Param ${body.label('text')} cannot be set: what an authentication template says is fixed.`);
  const isWarning = body.findFlag('add_security_recommendation') ?? false;
  return {
    type: 'BODY',
    text: isWarning ? `${codeText} ${securityText}` : codeText,
    add_security_recommendation: isWarning,
    example: { body_text: [[exampleCode]] },
  };
}

function parseExpiration(footer: Parameters): FooterComponent & { readonly code_expiration_minutes: number } {
  const minutes = footer.getInteger('code_expiration_minutes', { min: 1, max: limits.maxOneTimeCodeMinutes });
  const text = `This code expires in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
  return { type: 'FOOTER', text, code_expiration_minutes: minutes };
}

function parseOtpButton(component: Parameters, expirationMinutes: number | null): TemplateButton {
  const [button] = component.getList('buttons', { min: 1, max: 1 });
  if (!button) throw parameterError(`Param ${component.label('buttons')} must hold one button.`);
  button.getChoice('type', ['OTP'] as const);
  const otpType = button.getChoice('otp_type', otpTypes);
  const find = (name: string) =>
    button.has(name) ? getShortText(button, name, limits.maxTemplateButtonCharacters) : null;
  if (otpType === 'ZERO_TAP' && button.findFlag('zero_tap_terms_accepted') !== true)
    throw parameterError(`Param ${button.label('zero_tap_terms_accepted')} must be true.`);
  const supportedApps = otpType === 'COPY_CODE' ? [] : parseApps(button);
  const autofillText = otpType === 'COPY_CODE' ? null : (find('autofill_text') ?? 'Autofill');
  const url = encodeOtpUrl({ otpType, autofillText, supportedApps, expirationMinutes });
  return { type: 'URL', text: find('text') ?? 'Copy code', url, example: [url.replace('{{1}}', exampleCode)] };
}

/** The apps that may be handed the code; older requests name one beside the button's own members. */
function parseApps(button: Parameters): OtpButton['supportedApps'] {
  const apps = button.findList('supported_apps', { min: 1, max: limits.maxOneTimeCodeApps }) ?? [button];
  return apps.map((app) => ({
    packageName: matching(app, 'package_name', /^[A-Za-z][\w]*(\.[A-Za-z][\w]*)+$/),
    signatureHash: matching(app, 'signature_hash', /^[A-Za-z0-9+/=]{11}$/),
  }));
}

function matching(app: Parameters, name: string, pattern: RegExp): string {
  const text = app.getText(name);
  if (text.length <= limits.maxFieldCharacters && pattern.test(text)) return text;
  throw parameterError(`Param ${app.label(name)} is not a ${name.replace('_', ' ')}.`);
}
