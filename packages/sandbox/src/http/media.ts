import { Readable } from 'node:stream';
import {
  MediaBrokenError,
  MediaTooLargeError,
  TooManyTransfersError,
  TransportRefusedError,
  TransportUnavailableError,
  type OpenMedium,
} from '@postern/client';
import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import type { FastifyReply } from 'fastify';
import { Type, type Static } from 'typebox';
import { badRequest } from './bad-request.ts';
import { findPerson, personParams } from './person.ts';
import type { GetSandbox } from './sandbox-access.ts';

const mediaParams = Type.Object({ ...personParams.properties, mediaId: Type.String({ maxLength: 64 }) });
const uploadQuery = Type.Object({ filename: Type.Optional(Type.String({ maxLength: limits.maxFilenameCharacters })) });

interface Upload {
  Params: Static<typeof personParams>;
  Querystring: Static<typeof uploadQuery>;
  Body: Readable | undefined;
}

const token = '[A-Za-z0-9!#$&^_.+-]{1,127}';
const mimePattern = new RegExp(`^${token}/${token}(?: ?; ?${token}=(?:${token}|"[\\w ,.+-]{1,127}"))*$`);

/** Adds files that a person puts on their phone to send them, and the bytes of what is on it. */
export function addMediaRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  void routes.register(async (scope) => {
    // Whatever its type, the body is the file.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    const schema = { params: personParams, querystring: uploadQuery };
    scope.post<Upload>('/people/:waId/media', { schema }, async ({ params, query, body, headers }) => {
      const phone = findPerson(getSandbox(), params.waId);
      const about = { mimeType: mimeTypeOf(headers['content-type']), filename: query.filename ?? '' };
      if (Number(headers['content-length']) > limits.maxMediaBytes) throw tooLarge();
      const id = await phone.media.add(body ?? Readable.from([]), about).catch(explain);
      return { id };
    });
  });

  const look = { schema: { params: mediaParams } };
  routes.get('/people/:waId/media/:mediaId', look, async ({ params }, reply) => {
    const medium = await findPerson(getSandbox(), params.waId).media.open(params.mediaId).catch(explain);
    if (!medium)
      throw new HttpError(
        404,
        'no_such_media',
        'The phone has no media with this id, or the transport has it no longer.',
      );
    return answerWith(reply, medium);
  });
}

function mimeTypeOf(contentType: string | undefined): string {
  if (contentType === undefined || !mimePattern.test(contentType))
    throw badRequest('Content-Type must say of what type the media are.');
  return contentType;
}

/** Its sender has named and typed it: no browser is to make anything of that. */
function answerWith(reply: FastifyReply, { attachment, filename, bytes }: OpenMedium): FastifyReply {
  const { mimeType, size } = attachment;
  return reply
    .type(mimePattern.test(mimeType) ? mimeType : 'application/octet-stream')
    .header('content-length', String(size))
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(filename || 'media')}`)
    .header('x-content-type-options', 'nosniff')
    .send(Readable.from(bytes));
}

function tooLarge(): HttpError {
  return new HttpError(413, 'media_too_large', 'Media have at most 100 MiB.');
}

function explain(error: unknown): never {
  if (error instanceof MediaTooLargeError) throw tooLarge();
  if (error instanceof TooManyTransfersError)
    throw new HttpError(429, 'too_many_transfers', 'The phone is transferring enough already. Try again in a moment.');
  if (error instanceof MediaBrokenError)
    throw new HttpError(502, 'media_broken', 'What the transport has is not what the message says.');
  if (error instanceof TransportUnavailableError || error instanceof TransportRefusedError)
    throw new HttpError(503, 'not_reachable', 'The phone is offline, or the transport did not do its part.');
  throw error;
}
