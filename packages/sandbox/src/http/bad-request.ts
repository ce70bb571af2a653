import { HttpError } from '@postern/service';

/** A request that says something wrong; the message names the member. */
export function badRequest(message: string): HttpError {
  return new HttpError(400, 'bad_request', message);
}
