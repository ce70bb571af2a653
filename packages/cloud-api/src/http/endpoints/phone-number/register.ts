import { Type } from 'typebox';
import { majorOf } from '../../../webhooks/fields.ts';
import { notBuiltError, parameterError } from '../../graph-errors.ts';
import { numberInfo, success, type PhoneNumberOperation, type Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { parsePin, pinShape } from '../../pin-parameter.ts';
import { messagingProduct, succeeded } from '../../shapes.ts';
import { parseRetentionMinutes } from '../../retention-minutes.ts';

// The last version in which a request to register may name a region.
const lastVersionWithRegion = 20;

/** `POST /{phone}/register` (contract section 5.2). */
export const register: PhoneNumberOperation = {
  name: 'register',
  method: 'POST',
  edge: 'register',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Puts the number into service',
    differs: "A `backup` of another server is refused, and a region must be the installation's.",
    takes: Type.Object({
      messaging_product: messagingProduct,
      pin: pinShape,
      meta_store_retention_minutes: Type.Optional(
        Type.Integer({ description: 'How long messages are kept: whole hours, in minutes.' }),
      ),
      data_localization_region: Type.Optional(
        Type.String({ description: `Up to v${lastVersionWithRegion}.0, and the region of this installation only.` }),
      ),
    }),
    answers: succeeded,
  },
  async run(services, { node, parameters, version }) {
    parameters.getChoice('messaging_product', ['whatsapp'] as const);
    const pin = parsePin(parameters);
    // Of another server, whose messages and keys would have to be taken over: to ignore it would be to lose them.
    if (parameters.has('backup')) throw notBuiltError('Taking a number over from a backup of an on-premises server');
    checkRegion(services, parameters, version);
    const maxHours = services.compliance.maxRetentionHours;
    const retentionHours = parseRetentionMinutes(parameters, 'meta_store_retention_minutes', maxHours);
    await services.numbers.register(numberInfo(node), pin, retentionHours);
    return success;
  },
};

/** Where messages are kept is not for the request to choose: there is one region, and any other would not be true. */
function checkRegion({ compliance }: Services, parameters: Parameters, version: string): void {
  const region = parameters.findText('data_localization_region');
  if (region === null) return;
  if (majorOf(version) > lastVersionWithRegion)
    throw parameterError(`Param data_localization_region is not there any more after v${lastVersionWithRegion}.0.`);
  if (region.toLowerCase() !== compliance.regions.cloud_api?.toLowerCase())
    throw parameterError('Param data_localization_region must be the region of this installation.');
}
