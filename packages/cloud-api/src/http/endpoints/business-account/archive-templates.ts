import { Type } from 'typebox';
import { limits } from '@postern/protocol';
import { parameterError } from '../../graph-errors.ts';
import type { BusinessAccountOperation, Services } from '../../operation.ts';
import type { Parameters } from '../../parameters.ts';
import { words } from '../../shapes.ts';

const takes = Type.Object({ hsm_ids: words(`1 to ${limits.maxTemplatesPerRemoval} ids of templates.`) });
const failures = Type.Record(Type.String(), Type.String(), { description: 'Why it was not done, by id.' });

const permission = 'whatsapp_business_management';

/** `POST /{waba}/message_templates/archive`: puts templates away; after 28 days they are deleted (contract section 5.5). */
export const archiveTemplates: BusinessAccountOperation = {
  name: 'archive message templates',
  method: 'POST',
  edge: 'message_templates/archive',
  permission,
  schema: {
    summary: 'Puts message templates away; after 28 days they are deleted',
    takes,
    answers: Type.Object({ archived_templates: Type.Array(Type.String()), failed_templates: failures }),
  },
  async run(services, { node, parameters }) {
    const { done, failed } = await decideOnEach(services, { wabaId: node.id, parameters, kind: 'archive' });
    return { archived_templates: done, failed_templates: failed };
  },
};

/** `POST /{waba}/message_templates/unarchive` */
export const unarchiveTemplates: BusinessAccountOperation = {
  name: 'unarchive message templates',
  method: 'POST',
  edge: 'message_templates/unarchive',
  permission,
  schema: {
    summary: 'Takes message templates out of the archive',
    takes,
    answers: Type.Object({ unarchived_templates: Type.Array(Type.String()), failed_templates: failures }),
  },
  async run(services, { node, parameters }) {
    const { done, failed } = await decideOnEach(services, { wabaId: node.id, parameters, kind: 'unarchive' });
    return { unarchived_templates: done, failed_templates: failed };
  },
};

interface Decided {
  done: string[];
  /** Why it was not done, by id. */
  failed: Record<string, string>;
}

async function decideOnEach(
  { templateLifeCycle }: Services,
  { wabaId, parameters, kind }: { wabaId: string; parameters: Parameters; kind: 'archive' | 'unarchive' },
): Promise<Decided> {
  const ids = [...new Set(parameters.findWords('hsm_ids') ?? [])];
  if (ids.length === 0 || ids.length > limits.maxTemplatesPerRemoval)
    throw parameterError(`Param hsm_ids must hold 1 to ${limits.maxTemplatesPerRemoval} ids.`);
  const decided: Decided = { done: [], failed: {} };
  for (const id of ids) {
    const outcome = await templateLifeCycle.decide({ wabaId, id }, { kind });
    if (outcome) decided.done.push(id);
    else decided.failed[id] = outcome === null ? 'There is no such template.' : 'The template is in another state.';
  }
  return decided;
}
