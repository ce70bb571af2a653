import { limits } from '@postern/protocol';
import { encodeOtpUrl, otpTypes, type OtpButton } from '../../templates/authentication.ts';
import { authenticationBody, authenticationTexts, expirationText } from '../../templates/authentication-texts.ts';
import type { BodyComponent, DeclaredComponent, TemplateButton } from '../../templates/component.ts';
import { parameterError } from '../graph-errors.ts';
import type { Parameters } from '../parameters.ts';
import { getShortText } from './declared-text.ts';

const partTypes = ['BODY', 'FOOTER', 'BUTTONS'] as const;
const exampleCode = '123456';

/** Reads the components of an authentication template: what it says is fixed, and it has one button. @throws GraphError */
export function parseAuthenticationComponents(
  components: readonly Parameters[],
  language: string,
): DeclaredComponent[] {
  const parts = components.map((component) => [component.getChoice('type', partTypes), component] as const);
  const find = (type: (typeof partTypes)[number]): Parameters | null => {
    const [first, second] = parts.filter(([each]) => each === type);
    if (second) throw parameterError(`Param components must hold at most one ${type}.`);
    return first?.[1] ?? null;
  };
  const [body, footer, buttons] = [find('BODY'), find('FOOTER'), find('BUTTONS')];
  if (!body || !buttons)
    throw parameterError('Param components must hold a BODY and BUTTONS with one button of the type OTP.');
  const [button] = buttons.getList('buttons', { min: 1, max: 1 });
  if (!button) throw parameterError(`Param ${buttons.label('buttons')} must hold one button.`);
  return authenticationComponents({ body, footer, button }, language);
}

/** Where it stands what an authentication template is to have. */
interface AuthenticationParts {
  readonly body: Parameters;
  /** Null where nothing is to be said of how long a code is good. */
  readonly footer: Parameters | null;
  readonly button: Parameters;
}

/** The components of an authentication template, in the words of its language. @throws GraphError */
export function authenticationComponents(
  { body, footer, button }: AuthenticationParts,
  language: string,
): DeclaredComponent[] {
  const minutes = footer?.getInteger('code_expiration_minutes', { min: 1, max: limits.maxOneTimeCodeMinutes }) ?? null;
  return [
    parseAuthenticationBody(body, language),
    ...(minutes === null
      ? []
      : [{ type: 'FOOTER', text: expirationText(language, minutes), code_expiration_minutes: minutes } as const]),
    { type: 'BUTTONS', buttons: [parseOtpButton(button, { language, expirationMinutes: minutes })] },
  ];
}

function parseAuthenticationBody(body: Parameters, language: string): BodyComponent {
  if (body.has('text'))
    throw parameterError(`Param ${body.label('text')} cannot be set: what an authentication template says is fixed.`);
  const hasWarning = body.findFlag('add_security_recommendation') ?? false;
  return {
    type: 'BODY',
    text: authenticationBody(language, { hasWarning }),
    add_security_recommendation: hasWarning,
    example: { body_text: [[exampleCode]] },
  };
}

function parseOtpButton(
  button: Parameters,
  { language, expirationMinutes }: { language: string; expirationMinutes: number | null },
): TemplateButton {
  const words = authenticationTexts(language);
  button.getChoice('type', ['OTP'] as const);
  const otpType = button.getChoice('otp_type', otpTypes);
  const find = (name: string) =>
    button.has(name) ? getShortText(button, name, limits.maxTemplateButtonCharacters) : null;
  if (otpType === 'ZERO_TAP' && button.findFlag('zero_tap_terms_accepted') !== true)
    throw parameterError(`Param ${button.label('zero_tap_terms_accepted')} must be true.`);
  const supportedApps = otpType === 'COPY_CODE' ? [] : parseApps(button);
  const autofillText = otpType === 'COPY_CODE' ? null : (find('autofill_text') ?? words.autofill);
  const url = encodeOtpUrl({ otpType, autofillText, supportedApps, expirationMinutes });
  return { type: 'URL', text: find('text') ?? words.copyCode, url, example: [url.replace('{{1}}', exampleCode)] };
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
