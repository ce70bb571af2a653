import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { findPerson, personParams } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const scanBody = Type.Object(
  { url: Type.String({ maxLength: limits.maxLinkCharacters }) },
  { additionalProperties: false },
);

/**
 * `POST /people/{waId}/scans`: what the phone offers to say after the person has scanned a code (its `deep_link_url`), as an
 * object for `POST /people/{waId}/messages`. Whatever host the link names, this Cloud API is asked.
 */
export function addScanRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.post('/people/:waId/scans', { schema: { params: personParams, body: scanBody } }, async ({ params, body }) => {
    const sandbox = getSandbox();
    findPerson(sandbox, params.waId);
    const [, code] = /^\/message\/([A-Z2-7]{14})$/.exec(URL.parse(body.url)?.pathname ?? '') ?? [];
    const scanned = code === undefined ? null : await sandbox.cloudApi.scan(code);
    if (!scanned) throw new HttpError(404, 'no_such_code', 'url is not the deep_link_url of a QR code.');
    return { to: scanned.wa_id, type: 'text', text: { body: scanned.prefilled_message } };
  });
}
