import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import type { Download } from '../media/media-library.ts';
import type { MediaUrlClaims } from '../media/media-urls.ts';
import { requirePermission, tokenOf } from './authentication.ts';
import { GraphError, parameterError } from './graph-errors.ts';
import type { Services } from './operation.ts';
import { Parameters } from './parameters.ts';

const path = '/whatsapp_business/attachments/';

/** Where a medium can be had: at the host and by the scheme of the request that asked. */
export function mediaUrl({ mediaId, expiresS, signature }: MediaUrlClaims, askedUrl: string): string {
  const url = URL.parse(path, askedUrl);
  if (!url) throw parameterError('The Host header of the request is not valid.');
  url.search = new URLSearchParams({ mid: mediaId, ext: String(expiresS), hash: signature }).toString();
  return url.href;
}

/**
 * Gives the bytes of media to who has their URL and a live token of their business (contract section 3.2). Every refusal is
 * JSON: 401 without a token, else 404, whatever is wrong.
 */
export function addMediaDownload(app: FastifyInstance, services: Pick<Services, 'access' | 'media'>): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    request.operationName = 'download media';
    return sendMedia(reply, await openMedia(services, request));
  };
  app.get(path, handler);
  app.get(path.slice(0, -1), handler);
}

async function openMedia(
  { access, media }: Pick<Services, 'access' | 'media'>,
  request: FastifyRequest,
): Promise<Download> {
  const parameters = new Parameters(request.query as Record<string, unknown>);
  const caller = await access.introspect(tokenOf(request.headers, parameters), null);
  if (!caller.active) throw notFound();
  requirePermission(caller, 'whatsapp_business_messaging');
  const claims = findClaims(parameters);
  const download = claims && (await media.download(claims, caller.wabaIds));
  if (!download) throw notFound();
  return download;
}

function findClaims(parameters: Parameters): MediaUrlClaims | null {
  const [mediaId, expiresS, signature] = ['mid', 'ext', 'hash'].map((name) => parameters.findText(name) ?? '');
  if (!mediaId || !signature || !expiresS || !/^[0-9]{1,12}$/.test(expiresS)) return null;
  return { mediaId, expiresS: Number(expiresS), signature };
}

function sendMedia(reply: FastifyReply, { record, bytes }: Download): FastifyReply {
  const { mimeType, size, filename } = record;
  reply.headers({
    'content-type': mimeType,
    'content-length': size,
    'content-disposition': disposition(filename),
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
  });
  // Who takes nothing for so long is cut off; who does not get all of it sees that by its length.
  reply.raw.setTimeout(limits.mediaSilenceMs, () => reply.raw.destroy());
  return reply.send(Readable.from(bytes, { objectMode: false }));
}

/** RFC 6266: the name in ASCII for those who know no better, and as it is. */
function disposition(filename: string | null): string {
  if (filename === null) return 'attachment';
  const plain = filename.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(filename).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function notFound(): GraphError {
  const message = 'Unsupported get request. The media do not exist, or their URL has expired';
  return new GraphError(100, { http: 404, message, subcode: 33, type: 'GraphMethodException' });
}
