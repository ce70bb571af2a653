import { limits } from '@postern/protocol';
import type { Parameters } from '../../parameters.ts';
import { present } from '../present.ts';
import { checkActionName, type InteractiveKind } from './interactive-kind.ts';

const fields = [
  'name',
  'phone_number',
  'in_pin_code',
  'house_number',
  'floor_number',
  'tower_number',
  'building_name',
  'address',
  'landmark_area',
  'city',
  'state',
] as const;

/** Asks a person for an address in India. */
export const addressMessage: InteractiveKind = {
  headers: ['text', 'image', 'video', 'document', 'gif'],
  isBodyRequired: true,
  hasFooter: true,
  parseAction: (action) => ({
    name: checkActionName(action, 'address_message'),
    parameters: parseForm(action.getObject('parameters')),
  }),
};

function parseForm(parameters: Parameters): object {
  const values = parameters.findObject('values');
  const errors = parameters.findObject('validation_errors');
  const saved = parameters.findList('saved_addresses', { min: 0, max: limits.maxFieldEntries });
  return {
    country: parameters.getChoice('country', ['IN'] as const),
    ...present({
      values: values && parseFields(values),
      saved_addresses: saved?.map((address) => ({
        id: address.getText('id', limits.maxFieldCharacters),
        value: parseFields(address.getObject('value')),
      })),
      validation_errors: errors && parseFields(errors),
    }),
  };
}

function parseFields(object: Parameters): object {
  return present(Object.fromEntries(fields.map((field) => [field, object.findText(field, limits.maxFieldCharacters)])));
}
