import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import { HttpError } from '@postern/service';
import { rejectionReasons, type TemplateDecision, type TemplateLifeCycle } from '../templates/life-cycle.ts';
import { templateCategories, templateQualities, templateStatuses, type Template } from '../templates/template.ts';
import { graphTime } from './graph-time.ts';
import { Parameters } from './parameters.ts';
import { addReviewRoutes, reviewParameters } from './review-routes.ts';

interface TemplateReview {
  /** What a reviewer presents. Without one the paths answer 404. */
  readonly token: string | undefined;
  readonly lifeCycle: Pick<TemplateLifeCycle, 'list' | 'find' | 'decide'>;
}

/**
 * Adds `GET /operator/templates?status=PENDING` and `POST /operator/templates/{id}`, which decides on one, behind a token of
 * their own: who reads statistics does not approve what businesses say. They are no part of the Graph, and their errors are
 * `{"error":{"code","message"}}`.
 */
export function addTemplateReview(app: FastifyInstance, { token, lifeCycle }: TemplateReview): void {
  addReviewRoutes(app, { token, operationName: 'template review' }, (scope) => {
    scope.get('/operator/templates', async (request, reply) => {
      const parameters = new Parameters(request.query as Record<string, unknown>);
      const status = parameters.findChoice('status', templateStatuses) ?? 'PENDING';
      reply.header('cache-control', 'no-store');
      return { templates: (await lifeCycle.list(status)).map(describe) };
    });
    scope.route({
      method: 'POST',
      url: '/operator/templates/:id',
      handler: async (request) => decide(lifeCycle, request),
    });
  });
}

async function decide(lifeCycle: TemplateReview['lifeCycle'], request: FastifyRequest): Promise<object> {
  const { id } = request.params as { id: string };
  const decision = parseDecision(reviewParameters(request));
  const template = await lifeCycle.find(id);
  const decided = template && (await lifeCycle.decide(template, decision));
  if (decided === null) throw new HttpError(404, 'not_found', 'There is no such template.');
  if (decided !== false) return describe(decided);
  throw new HttpError(409, 'wrong_state', 'The template is in a state in which this cannot be decided.');
}

type DecisionParser = (parameters: Parameters) => TemplateDecision;

const parsers: { readonly [Kind in TemplateDecision['kind']]: DecisionParser } = {
  approve: () => ({ kind: 'approve' }),
  reject: (parameters) => ({
    kind: 'reject',
    reason: parameters.getChoice('reason', rejectionReasons),
    note: parameters.findText('note', limits.maxRejectionNoteCharacters),
  }),
  pause: () => ({ kind: 'pause' }),
  unpause: () => ({ kind: 'unpause' }),
  disable: () => ({ kind: 'disable' }),
  archive: () => ({ kind: 'archive' }),
  unarchive: () => ({ kind: 'unarchive' }),
  quality: (parameters) => ({ kind: 'quality', quality: parameters.getChoice('quality', templateQualities) }),
  category: (parameters) => ({ kind: 'category', category: parameters.getChoice('category', templateCategories) }),
  'coming-category': (parameters) => ({
    kind: 'coming-category',
    category: parameters.getChoice('category', templateCategories),
    atMs: parameters.getInteger('at', { min: 0, max: Number.MAX_SAFE_INTEGER / 1000 }) * 1000,
  }),
};
const kinds = Object.keys(parsers) as TemplateDecision['kind'][];

/** @throws GraphError */
function parseDecision(parameters: Parameters): TemplateDecision {
  return parsers[parameters.getChoice('decision', kinds)](parameters);
}

function describe(template: Template): object {
  return {
    id: template.id,
    business_account: template.wabaId,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    quality: template.quality,
    components: template.components,
    changed_at: graphTime(template.updatedAtMs),
  };
}
