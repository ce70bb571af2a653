import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { FlowError } from '../../../flows/flow-error.ts';
import { flowErrors } from '../../flows/flow-errors.ts';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation, Services } from '../../operation.ts';

/** `POST /{waba}/migrate_flows`: copies flows of another account that the caller may act on too (contract section 5.6). */
export const migrateFlows: BusinessAccountOperation = {
  name: 'migrate flows',
  method: 'POST',
  edge: 'migrate_flows',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Copies flows of another business account into this one, as drafts',
    takes: Type.Object({
      source_waba_id: Type.String(),
      source_flow_names: Type.Array(Type.String(), { maxItems: limits.maxFlowsPerMigration }),
    }),
    answers: Type.Object({
      migrated_flows: Type.Array(
        Type.Object({ source_name: Type.String(), source_id: Type.String(), migrated_id: Type.String() }),
      ),
      failed_flows: Type.Array(
        Type.Object({ source_name: Type.String(), error_code: Type.String(), error_message: Type.String() }),
      ),
    }),
  },
  async run(services, { node, caller, parameters }) {
    const source = parameters.getText('source_waba_id');
    const names = [...new Set(parameters.findWords('source_flow_names') ?? [])];
    if (names.length === 0 || names.length > limits.maxFlowsPerMigration)
      throw parameterError(`Param source_flow_names must hold 1 to ${limits.maxFlowsPerMigration} names.`);
    if (source === node.id || !caller.wabaIds.includes(source))
      throw parameterError('Param source_waba_id must be another account that the access token may act on.');
    const migrated: object[] = [];
    const failed: object[] = [];
    for (const name of names) {
      const outcome = await migrate(services, { name, source, target: node.id, appId: caller.appId });
      if ('migrated_id' in outcome) migrated.push({ source_name: name, ...outcome });
      else failed.push({ source_name: name, ...outcome });
    }
    return { migrated_flows: migrated, failed_flows: failed };
  },
};

type Outcome = { source_id: string; migrated_id: string } | { error_code: string; error_message: string };

async function migrate(
  { flows }: Services,
  { name, source, target, appId }: { name: string; source: string; target: string; appId: string },
): Promise<Outcome> {
  const flow = await flows.findNamed(source, name);
  if (!flow) return { error_code: '100', error_message: 'There is no flow of this name.' };
  try {
    const made = await flows.create({ wabaId: target, appId, definition: flow });
    return { source_id: flow.id, migrated_id: made.id };
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    const { code, details, message } = flowErrors[error.reason]();
    return { error_code: String(code), error_message: details ?? message };
  }
}
