import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphError, parameterError } from './graph-errors.ts';
import type { Services } from './operation.ts';

const path = '/profile_pictures/';

/** Where a picture can be seen: at the host and by the scheme of the request that asked. */
export function profilePictureUrl(name: string, askedUrl: string): string {
  const url = URL.parse(path + name, askedUrl);
  if (!url) throw parameterError('The Host header of the request is not valid.');
  return url.href;
}

/** Shows the pictures of profiles to everybody who has their URL, as pictures in a page are. */
export function addProfilePictureDownload(
  app: FastifyInstance,
  { profilePictures }: Pick<Services, 'profilePictures'>,
): void {
  app.get(`${path}:name`, async (request: FastifyRequest<{ Params: { name: string } }>, reply) => {
    request.operationName = 'profile picture';
    const picture = await profilePictures.find(request.params.name);
    if (!picture) throw notFound();
    reply.headers({
      'content-type': picture.mediaType,
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
    });
    return reply.send(picture.bytes);
  });
}

function notFound(): GraphError {
  const message = 'Unsupported get request. There is no such picture';
  return new GraphError(100, { http: 404, message, subcode: 33, type: 'GraphMethodException' });
}
