import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import { gaps } from '../../../contract/gaps.ts';
import type { BusinessProfile } from '../../../numbers/number-documents.ts';
import type { ProfilePicture } from '../../../numbers/profile-pictures.ts';
import { succeeded } from '../../shapes.ts';
import { parameterError, valueError } from '../../graph-errors.ts';
import { success, type PhoneNumberOperation, type Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { readPicture } from '../../profile-picture.ts';
import { notRegisteredError } from './registered-number.ts';
import { verticals } from './verticals.ts';

const optionalText = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** `POST /{phone}/whatsapp_business_profile` (contract section 5.4): what is not told stays; what is told empty goes. */
export const setBusinessProfile: PhoneNumberOperation = {
  name: 'set business profile',
  method: 'POST',
  edge: 'whatsapp_business_profile',
  permission: 'whatsapp_business_messaging',
  schema: {
    summary: 'Changes how the business presents itself behind the number',
    differs: 'It is kept and shown to programs; phones do not show it.',
    takes: Type.Object({
      messaging_product: Type.Literal('whatsapp'),
      about: Type.Optional(Type.String({ minLength: 1, maxLength: limits.maxAboutCharacters })),
      address: optionalText(limits.maxAddressCharacters),
      description: optionalText(gaps.maxProfileDescriptionCharacters),
      email: optionalText(limits.maxEmailCharacters),
      vertical: Type.Optional(Type.Union([Type.Enum([...verticals]), Type.Literal('')])),
      websites: Type.Optional(
        Type.Array(Type.String({ maxLength: limits.maxWebsiteCharacters }), { maxItems: limits.maxWebsites }),
      ),
      profile_picture_handle: optionalText(limits.maxHandleCharacters),
    }),
    answers: succeeded,
  },
  async run(services, { node, caller, parameters }) {
    parameters.getChoice('messaging_product', ['whatsapp'] as const);
    const told = parseProfile(parameters);
    const picture = await findPicture(services, parameters, caller);
    const isDone = await services.numberDocuments.change(node.id, 'profile', {
      appId: caller.appId,
      next: (before) => withoutEmpty({ ...before, ...told }),
      alongside: async (tx) => {
        if (picture) await services.profilePictures.set(tx, node.id, picture);
      },
    });
    if (!isDone) throw notRegisteredError();
    return success;
  },
};

/** What the request tells; empty for what it clears. */
function parseProfile(parameters: Parameters): BusinessProfile {
  const told = {
    about: parseAbout(parameters),
    address: parameters.findAnyText('address', limits.maxAddressCharacters),
    description: parameters.findAnyText('description', gaps.maxProfileDescriptionCharacters),
    email: parseEmail(parameters),
    vertical: parameters.findChoice('vertical', verticals) ?? parameters.findAnyText('vertical'),
    websites: parseWebsites(parameters),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null)) as BusinessProfile;
}

function parseAbout(parameters: Parameters): string | null {
  const about = parameters.findAnyText('about', limits.maxAboutCharacters);
  if (about === '') throw parameterError('Param about must not be empty.');
  return about;
}

function parseEmail(parameters: Parameters): string | null {
  const email = parameters.findAnyText('email', limits.maxEmailCharacters);
  if (email !== null && email !== '' && !/^[^@\s]+@[^@\s]+$/.test(email))
    throw valueError('Param email must be an email address.');
  return email;
}

function parseWebsites(parameters: Parameters): string[] | null {
  if (!parameters.has('websites')) return null;
  const websites = (parameters.findWords('websites') ?? []).filter((website) => website !== '');
  if (websites.length > limits.maxWebsites)
    throw parameterError(`Param websites must hold at most ${limits.maxWebsites} URLs.`);
  for (const [index, website] of websites.entries()) checkWebsite(website, `websites[${index}]`);
  return websites;
}

function checkWebsite(website: string, name: string): void {
  if (Array.from(website).length > limits.maxWebsiteCharacters)
    throw parameterError(`Param ${name} must be at most ${limits.maxWebsiteCharacters} characters long.`);
  const protocol = URL.parse(website)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') throw valueError(`Param ${name} must be an http or https URL.`);
}

function withoutEmpty(profile: BusinessProfile): BusinessProfile {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => (value as string | string[]).length > 0));
}

async function findPicture(
  { uploads }: Services,
  parameters: Parameters,
  { appId }: { readonly appId: string },
): Promise<ProfilePicture | null> {
  const handle = parameters.findText('profile_picture_handle', limits.maxHandleCharacters);
  const file = handle === null ? null : await uploads.open(handle, { appId });
  const picture = file && (await readPicture(file));
  if (handle !== null && !picture)
    throw parameterError('Param profile_picture_handle must be the handle of an upload of this app, a JPEG or a PNG.');
  return picture;
}
