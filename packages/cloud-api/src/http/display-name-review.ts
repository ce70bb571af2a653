import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import { HttpError } from '@postern/service';
import {
  displayNameStatuses,
  type DisplayName,
  type DisplayNames,
  type NameDecision,
} from '../numbers/display-names.ts';
import { graphTime } from './graph-time.ts';
import { Parameters } from './parameters.ts';
import { addReviewRoutes, reviewParameters } from './review-routes.ts';

interface NameReview {
  readonly token: string | undefined;
  readonly displayNames: Pick<DisplayNames, 'list' | 'decide'>;
}

/**
 * Adds `GET /operator/display_names?status=PENDING_REVIEW` and `POST /operator/display_names/{phone-number-id}`, which decides on
 * the name that a number is to have. An approved one takes effect within half a minute.
 */
export function addDisplayNameReview(app: FastifyInstance, { token, displayNames }: NameReview): void {
  addReviewRoutes(app, { token, operationName: 'display name review' }, (scope) => {
    scope.get('/operator/display_names', async (request, reply) => {
      const parameters = new Parameters(request.query as Record<string, unknown>);
      const status = parameters.findChoice('status', displayNameStatuses) ?? 'PENDING_REVIEW';
      reply.header('cache-control', 'no-store');
      return { display_names: (await displayNames.list(status)).map(describe) };
    });
    scope.route({
      method: 'POST',
      url: '/operator/display_names/:id',
      handler: async (request) => decide(displayNames, request),
    });
  });
}

async function decide(displayNames: NameReview['displayNames'], request: FastifyRequest): Promise<object> {
  const { id } = request.params as { id: string };
  const decided = await displayNames.decide(id, parseDecision(reviewParameters(request)));
  if (!decided) throw new HttpError(404, 'not_found', 'No name of this number waits for a decision.');
  return describe(decided);
}

/** @throws GraphError */
function parseDecision(parameters: Parameters): NameDecision {
  const kind = parameters.getChoice('decision', ['approve', 'reject'] as const);
  if (kind === 'approve') return { kind };
  return { kind, note: parameters.findText('note', limits.maxRejectionNoteCharacters) };
}

function describe({ phoneNumberId, name, status, requestedAtMs }: DisplayName): object {
  return { phone_number: phoneNumberId, name, status, requested_at: graphTime(requestedAtMs) };
}
