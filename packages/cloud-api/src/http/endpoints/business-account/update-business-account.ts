import { limits } from '@postern/protocol';
import { Type } from 'typebox';
import type { AccountChanges } from '../../../access/business-management.ts';
import { parameterError } from '../../graph-errors.ts';
import { findName } from '../../name-parameter.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { graphId, text } from '../../shapes.ts';

/** `POST /{waba}` (contract section 5.1): its name, its time zone, whether it has insights, and where marketing is sent from. */
export const updateBusinessAccount: BusinessAccountOperation = {
  name: 'update business account',
  method: 'POST',
  edge: null,
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Changes a WhatsApp Business Account',
    takes: Type.Object({
      name: Type.Optional(text(limits.maxNameCharacters)),
      timezone_id: Type.Optional(Type.String()),
      is_enabled_for_insights: Type.Optional(Type.Boolean()),
      disable_marketing_messages_on_cloud_api: Type.Optional(Type.Boolean()),
    }),
    answers: Type.Object({ id: graphId }),
  },
  async run({ management, access }, { node, token, parameters }) {
    await management.updateAccount(token, node.id, parseChanges(parameters));
    access.forget([node.id, ...node.phoneNumbers.map(({ id }) => id)]);
    return { id: node.id };
  },
};

function parseChanges(parameters: Parameters): AccountChanges {
  const name = findName(parameters, 'name');
  const timezoneId = parameters.findText('timezone_id');
  if (timezoneId !== null && !/^[0-9]{1,3}$/.test(timezoneId))
    throw parameterError('Param timezone_id must be the number of a time zone.');
  const isEnabledForInsights = parameters.findFlag('is_enabled_for_insights');
  const disablesMarketingOnCloudApi = parameters.findFlag('disable_marketing_messages_on_cloud_api');
  const changes = {
    ...(name !== null && { name }),
    ...(timezoneId !== null && { timezoneId }),
    ...(isEnabledForInsights !== null && { isEnabledForInsights }),
    ...(disablesMarketingOnCloudApi !== null && { disablesMarketingOnCloudApi }),
  };
  if (Object.keys(changes).length > 0) return changes;
  const some = 'name, timezone_id, is_enabled_for_insights, disable_marketing_messages_on_cloud_api';
  throw parameterError(`One of the parameters ${some} is required.`);
}
