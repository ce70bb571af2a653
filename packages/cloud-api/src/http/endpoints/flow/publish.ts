import { unknownObjectError } from '../../graph-errors.ts';
import { success, type FlowOperation } from '../../operation.ts';
import { nothing, succeeded } from '../../shapes.ts';

const permission = 'whatsapp_business_management';

/** `POST /{flow}/publish` (contract section 5.6). */
export const publishFlow: FlowOperation = {
  name: 'publish flow',
  method: 'POST',
  edge: 'publish',
  permission,
  schema: { summary: 'Publishes a draft, for good', takes: nothing, answers: succeeded },
  async run({ flows }, { node }) {
    if (!(await flows.publish(node))) throw unknownObjectError('POST', node.id);
    return success;
  },
};

/** `POST /{flow}/deprecate` */
export const deprecateFlow: FlowOperation = {
  name: 'deprecate flow',
  method: 'POST',
  edge: 'deprecate',
  permission,
  schema: { summary: 'Ends the sending of a published flow', takes: nothing, answers: succeeded },
  async run({ flows }, { node }) {
    if (!(await flows.deprecate(node))) throw unknownObjectError('POST', node.id);
    return success;
  },
};
