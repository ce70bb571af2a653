import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toBuffer, toString } from 'qrcode';
import { GraphError, parameterError } from './graph-errors.ts';
import type { Services } from './operation.ts';

export const imageFormats = ['SVG', 'PNG'] as const;
export type ImageFormat = (typeof imageFormats)[number];

const imagePath = '/qr_codes/';
const messagePath = '/message/';
// Large enough to be printed.
const pngPixels = 512;

/** Where a code's image can be seen: at the host and by the scheme of the request that asked. */
export function qrImageUrl(code: string, format: ImageFormat, askedUrl: string): string {
  return urlAt(`${imagePath}${code}.${format.toLowerCase()}`, askedUrl);
}

/** What the image of a code says, and where somebody who has scanned it learns whom to write to. */
export function deepLinkUrl(code: string, askedUrl: string): string {
  return urlAt(messagePath + code, askedUrl);
}

function urlAt(path: string, askedUrl: string): string {
  const url = URL.parse(path, askedUrl);
  if (!url) throw parameterError('The Host header of the request is not valid.');
  return url.href;
}

/** Shows codes to everybody who has them: they are made to be printed. */
export function addQrLinks(app: FastifyInstance, { qrCodes }: Pick<Services, 'qrCodes'>): void {
  app.get(`${imagePath}:file`, async (request: FastifyRequest<{ Params: { file: string } }>, reply) => {
    request.operationName = 'qr code image';
    const [, code = '', format = ''] = /^([A-Z2-7]{14})\.(svg|png)$/.exec(request.params.file) ?? [];
    if (format === '' || !(await qrCodes.scan(code))) throw notFound();
    const link = deepLinkUrl(code, `${request.protocol}://${request.host}${request.url}`);
    return format === 'svg' ? sendSvg(reply, link) : sendPng(reply, link);
  });
  app.get(`${messagePath}:code`, async (request: FastifyRequest<{ Params: { code: string } }>, reply) => {
    request.operationName = 'qr code';
    const scanned = await qrCodes.scan(request.params.code);
    if (!scanned) throw notFound();
    reply.header('cache-control', 'no-store');
    return { wa_id: scanned.phoneNumber, prefilled_message: scanned.prefilledMessage };
  });
}

async function sendSvg(reply: FastifyReply, link: string): Promise<FastifyReply> {
  const image = await toString(link, { type: 'svg' });
  return reply.headers({ ...imageHeaders, 'content-type': 'image/svg+xml' }).send(image);
}

async function sendPng(reply: FastifyReply, link: string): Promise<FastifyReply> {
  const image = await toBuffer(link, { type: 'png', width: pngPixels });
  return reply.headers({ ...imageHeaders, 'content-type': 'image/png' }).send(image);
}

const imageHeaders = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' } as const;

function notFound(): GraphError {
  const message = 'Unsupported get request. There is no such code';
  return new GraphError(100, { http: 404, message, subcode: 33, type: 'GraphMethodException' });
}
