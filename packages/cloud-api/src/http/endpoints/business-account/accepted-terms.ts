import { Type } from 'typebox';
import { parameterError, unknownObjectError } from '../../graph-errors.ts';
import { graphTime } from '../../graph-time.ts';
import { success, type BusinessAccountOperation } from '../../operation.ts';
import { answerPage, takePage } from '../../paging.ts';
import { graphId, pageOf, paging, succeeded, time, webLink } from '../../shapes.ts';

const edge = 'accepted_terms';
const permission = 'whatsapp_business_management';

/** `GET /{waba}/accepted_terms`: what this business accepted, when and by whom, and which terms are in force. */
export const listAcceptedTerms: BusinessAccountOperation = {
  name: 'list accepted terms',
  method: 'GET',
  edge,
  permission,
  schema: {
    summary: 'Lists the terms that the business accepted, and those in force',
    isOwn: true,
    takes: Type.Object(paging),
    answers: pageOf(Type.Object({ version: Type.String(), accepted_at: time, accepted_by: graphId, app_id: graphId }), {
      in_force: Type.Object({
        version: Type.String(),
        url: Type.Optional(webLink),
        is_accepted: Type.Boolean(),
      }),
    }),
  },
  async run({ compliance: { terms } }, { node, parameters, url }) {
    const accepted = await terms.list(node.id);
    const { version: inForce, url: termsUrl } = terms.inForce;
    const page = takePage(accepted, parameters);
    const data = page.items.map(({ version, acceptedAtMs, acceptedBy, appId }) => ({
      version,
      accepted_at: graphTime(acceptedAtMs),
      accepted_by: acceptedBy,
      app_id: appId,
    }));
    const isAccepted = accepted.some(({ version }) => version === inForce);
    const shown = { version: inForce, ...(termsUrl !== null && { url: termsUrl }), is_accepted: isAccepted };
    return { ...answerPage(page, data, url), in_force: shown };
  },
};

/** `POST /{waba}/accepted_terms` with `version`: the token's system user accepts the terms in force for the business. */
export const acceptTerms: BusinessAccountOperation = {
  name: 'accept terms',
  method: 'POST',
  edge,
  permission,
  schema: {
    summary: 'Accepts the terms in force for the business',
    isOwn: true,
    takes: Type.Object({ version: Type.String() }),
    answers: succeeded,
  },
  async run({ compliance: { terms } }, { node, caller, parameters }) {
    const version = parameters.getText('version');
    const { userId, appId } = caller;
    // An app's own token has no user. It acts on no business account either, so it does not come this far.
    if (userId === null) throw unknownObjectError('POST', node.id);
    if (!(await terms.accept(node.id, { version, acceptedBy: userId, appId })))
      throw parameterError('Param version must be the version of the terms in force; GET accepted_terms shows it.');
    return success;
  },
};
