import { parsePhoneNumberFromString } from 'libphonenumber-js';
import metadata from 'libphonenumber-js/metadata.min.json';
import type { PhoneNumber } from '@postern/protocol';

/** Stands for numbers of no country, such as those of satellites. */
export const noCountry = 'ZZ';

const maxCallingCodeDigits = 3;

/**
 * The country that a phone number belongs to, in two letters. Where several share a calling code and the number does not
 * show which of them it is, the one that has most of them.
 */
export function countryOf(phoneNumber: PhoneNumber): string {
  for (let digits = 1; digits <= maxCallingCodeDigits; digits += 1) {
    const countries = countriesWith(phoneNumber.slice(0, digits));
    if (countries.length === 1) return knownCountry(countries[0]);
    if (countries.length > 1)
      return knownCountry(parsePhoneNumberFromString(`+${phoneNumber}`)?.country ?? countries[0]);
  }
  return noCountry;
}

function countriesWith(callingCode: string): readonly string[] {
  const codes: Readonly<Record<string, readonly string[]>> = metadata.country_calling_codes;
  return codes[callingCode] ?? [];
}

function knownCountry(country: string | undefined): string {
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? country : noCountry;
}
