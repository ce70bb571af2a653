import { limits } from '@postern/protocol';
import { decodeOtpUrl, type OtpButton } from './authentication.ts';
import type { TemplateButton } from './component.ts';
import { structureError, TemplateRefusedError } from './template-refused.ts';
import type { ButtonComponent, ButtonValues } from './template-request.ts';
import { fillVariables } from './variables.ts';

interface ButtonsPlace {
  /** How an error names what holds the buttons. */
  readonly label: string;
  /** The code that an authentication template was filled in with; null for other templates. */
  readonly code: string | null;
}

/** The `sub_type` with which each kind of button is filled in; the others have nothing to fill in. */
const subTypes: Readonly<Partial<Record<TemplateButton['type'], ButtonValues['subType']>>> = {
  QUICK_REPLY: 'quick_reply',
  URL: 'url',
  COPY_CODE: 'copy_code',
  CATALOG: 'catalog',
  MPM: 'mpm',
  FLOW: 'flow',
  VOICE_CALL: 'voice_call',
  ORDER_DETAILS: 'order_details',
};

/** The buttons as a person sees them, in their order. @throws TemplateRefusedError */
export function fillButtons(
  declared: readonly TemplateButton[],
  given: readonly ButtonComponent[],
  { label, code }: ButtonsPlace,
): object[] {
  const values = new Map<number, ButtonComponent>();
  for (const button of given) {
    const subType = subTypes[declared[button.index]?.type ?? 'POSTBACK'];
    if (subType !== button.subType)
      throw structureError(`${button.label}: the template has no button of this sub_type at this index.`);
    if (values.has(button.index)) throw structureError(`${button.label}: this index is given twice.`);
    values.set(button.index, button);
  }
  return declared.map((button, index) => {
    const place = { label: values.get(index)?.label ?? `${label}: button ${index}`, code };
    return { ...fillButton(button, values.get(index) ?? null, place), text: button.text };
  });
}

function fillButton(button: TemplateButton, given: ButtonValues | null, place: ButtonsPlace): object {
  switch (button.type) {
    case 'QUICK_REPLY':
      return { type: 'quick_reply', payload: valuesOf(given, 'quick_reply')?.payload ?? button.text };
    case 'URL':
      return fillUrl(button.url, valuesOf(given, 'url')?.text ?? null, place);
    case 'COPY_CODE':
      return {
        type: 'copy_code',
        coupon_code: valuesOf(given, 'copy_code')?.couponCode ?? missing(place, 'coupon_code'),
      };
    case 'PHONE_NUMBER':
      return { type: 'phone_number', phone_number: button.phone_number };
    case 'CATALOG':
      return { type: 'catalog', ...thumbnail(valuesOf(given, 'catalog')) };
    case 'MPM': {
      const products = valuesOf(given, 'mpm') ?? missing(place, 'action');
      return { type: 'mpm', ...thumbnail(products), sections: products.sections };
    }
    case 'FLOW':
      return fillFlow(button, valuesOf(given, 'flow'));
    case 'VOICE_CALL':
      return fillCall(button, valuesOf(given, 'voice_call'));
    case 'ORDER_DETAILS': {
      const details = valuesOf(given, 'order_details') ?? missing(place, 'order_details');
      return { type: 'order_details', order_details: details.orderDetails };
    }
    default:
      return { type: button.type.toLowerCase() };
  }
}

function valuesOf<SubType extends ButtonValues['subType']>(
  given: ButtonValues | null,
  subType: SubType,
): Extract<ButtonValues, { subType: SubType }> | null {
  return given?.subType === subType ? (given as Extract<ButtonValues, { subType: SubType }>) : null;
}

function missing({ label }: ButtonsPlace, name: string): never {
  throw new TemplateRefusedError(131008, `${label} requires the parameter ${name}.`);
}

function thumbnail(values: { thumbnailProductRetailerId: string | null } | null): object {
  const id = values?.thumbnailProductRetailerId ?? null;
  return id === null ? {} : { thumbnail_product_retailer_id: id };
}

function fillUrl(url: string, text: string | null, place: ButtonsPlace): object {
  const isVariable = url.includes('{{');
  if (!isVariable && text !== null) throw structureError(`${place.label}: the URL of this button takes no parameter.`);
  if (!isVariable) return { type: 'url', url };
  if (text === null) return missing(place, 'text');
  const otp = decodeOtpUrl(url);
  if (otp) return fillOtp(otp, text, place);
  const filled = fillVariables(url, new Map([['1', text]]));
  if (filled.length > limits.maxTemplateUrlCharacters)
    throw new TemplateRefusedError(132005, `${place.label}: the URL with its parameter is too long.`);
  if (/\s/.test(text) || !URL.canParse(filled))
    throw new TemplateRefusedError(132012, `${place.label}: the URL with its parameter is none.`);
  return { type: 'url', url: filled };
}

function fillOtp({ otpType, autofillText, supportedApps }: OtpButton, text: string, place: ButtonsPlace): object {
  if (text !== place.code) throw structureError(`${place.label}: the code must be the one of the body.`);
  return {
    type: 'otp',
    otp_type: otpType.toLowerCase(),
    code: text,
    ...(autofillText !== null && { autofill_text: autofillText }),
    ...(supportedApps.length > 0 && {
      supported_apps: supportedApps.map(({ packageName, signatureHash }) => ({
        package_name: packageName,
        signature_hash: signatureHash,
      })),
    }),
  };
}

function fillFlow(
  { type: _type, text: _text, icon: _icon, ...declared }: Extract<TemplateButton, { type: 'FLOW' }>,
  given: Extract<ButtonValues, { subType: 'flow' }> | null,
): object {
  return {
    type: 'flow',
    ...declared,
    // Contract section 2.4.
    flow_token: given?.flowToken ?? 'unused',
    ...(given?.flowActionData && { flow_action_data: given.flowActionData }),
  };
}

function fillCall(
  declared: Extract<TemplateButton, { type: 'VOICE_CALL' }>,
  given: Extract<ButtonValues, { subType: 'voice_call' }> | null,
): object {
  const payload = given?.payload ?? null;
  return {
    type: 'voice_call',
    ttl_minutes: given?.ttlMinutes ?? declared.ttl_minutes ?? limits.defaultCallButtonMinutes,
    ...(payload !== null && { payload }),
  };
}
