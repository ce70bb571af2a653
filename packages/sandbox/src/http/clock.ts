import { limits } from '@postern/protocol';
import { HttpError, type TypedHttp } from '@postern/service';
import { Type } from 'typebox';
import { parseDuration } from '../duration.ts';
import type { GetSandbox } from './sandbox-access.ts';

const clockBody = Type.Object(
  { advance: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ maxLength: 16 })]) },
  { additionalProperties: false },
);

/** `POST /clock`: moves the clock of every system forward. It never goes back. */
export function addClockRoutes(routes: TypedHttp, getSandbox: GetSandbox): void {
  routes.post('/clock', { schema: { body: clockBody } }, async ({ body }) => {
    const { supervisor, clock } = getSandbox();
    const ms = parseDuration(body.advance);
    if (ms === null || ms > limits.maxClockAdvanceMs)
      throw new HttpError(
        400,
        'bad_request',
        'advance must be seconds, or like "90s", "15m", "25h", "31d" (400d at most).',
      );
    const offsetMs = await supervisor.advanceClock(ms);
    return { now: new Date(clock.now()).toISOString(), offsetMs };
  });
}
