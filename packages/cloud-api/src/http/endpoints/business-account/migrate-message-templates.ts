import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation } from '../../operation.ts';
import { graphId } from '../../shapes.ts';

/** `POST /{waba}/migrate_message_templates`: copies the approved templates of another account (contract section 5.5). */
export const migrateTemplates: BusinessAccountOperation = {
  name: 'migrate message templates',
  method: 'POST',
  edge: 'migrate_message_templates',
  permission: 'whatsapp_business_management',
  schema: {
    summary: 'Copies the approved templates of another business account',
    takes: Type.Object({
      source_waba_id: graphId,
      page_number: Type.Optional(Type.Integer({ minimum: 0 })),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.maxTemplatesPerMigration })),
    }),
    answers: Type.Object({
      migrated_templates: Type.Array(graphId),
      failed_templates: Type.Record(Type.String(), Type.String()),
    }),
  },
  async run({ templates }, { node, caller, parameters }) {
    const sourceId = parameters.getText('source_waba_id');
    // One that the token may not act on is one that there is not.
    if (sourceId === node.id || !caller.wabaIds.includes(sourceId))
      throw parameterError(
        'Param source_waba_id must be the id of another business account that the token may act on.',
      );
    const page = parameters.findInteger('page_number', { min: 0, max: limits.maxTemplatesPerBusinessAccount }) ?? 0;
    const size =
      parameters.findInteger('count', { min: 1, max: limits.maxTemplatesPerMigration }) ??
      limits.maxTemplatesPerMigration;
    const { migrated, failed } = await templates.migrate(sourceId, node.id, { skip: page * size, take: size });
    return { migrated_templates: migrated, failed_templates: failed };
  },
};
