import { limits } from '@postern/protocol';
import { structureError } from './template-refused.ts';

/** How the code of an authentication template gets into the app that asked for it. */
export const otpTypes = ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'] as const;
export type OtpType = (typeof otpTypes)[number];

/** What the button of an authentication template is made of. */
export interface OtpButton {
  readonly otpType: OtpType;
  readonly autofillText: string | null;
  readonly supportedApps: readonly { readonly packageName: string; readonly signatureHash: string }[];
  readonly expirationMinutes: number | null;
}

const otpUrl = 'https://www.whatsapp.com/otp/code/';

/** The URL as which the contract shows such a button (section 5.5). */
export function encodeOtpUrl({ otpType, autofillText, supportedApps, expirationMinutes }: OtpButton): string {
  const parameters = new URLSearchParams({ otp_type: otpType });
  if (autofillText !== null) parameters.set('cta_display_name', autofillText);
  for (const { packageName, signatureHash } of supportedApps) {
    parameters.append('package_name', packageName);
    parameters.append('signature_hash', signatureHash);
  }
  if (expirationMinutes !== null) parameters.set('code_expiration_minutes', String(expirationMinutes));
  return `${otpUrl}?${parameters.toString()}&code=otp{{1}}`;
}

/** Reads {@link encodeOtpUrl} back; null for a URL of another kind. */
export function decodeOtpUrl(url: string): OtpButton | null {
  if (!url.startsWith(`${otpUrl}?`)) return null;
  const parameters = new URLSearchParams(url.slice(otpUrl.length + 1));
  const otpType = otpTypes.find((type) => type === parameters.get('otp_type'));
  if (!otpType) return null;
  const hashes = parameters.getAll('signature_hash');
  const minutes = parameters.get('code_expiration_minutes');
  return {
    otpType,
    autofillText: parameters.get('cta_display_name'),
    supportedApps: parameters
      .getAll('package_name')
      .map((packageName, index) => ({ packageName, signatureHash: hashes[index] ?? '' })),
    expirationMinutes: minutes === null ? null : Number(minutes),
  };
}

/** @throws TemplateRefusedError unless this can be a code: short, and neither a link nor a picture */
export function checkCode(code: string, label: string): void {
  if (code.length > limits.maxOneTimeCodeCharacters)
    throw structureError(`${label}: a code is at most ${limits.maxOneTimeCodeCharacters} characters long.`);
  if (/\p{Extended_Pictographic}|:\/\/|www\./iu.test(code))
    throw structureError(`${label}: a code holds neither links nor emoji.`);
}
