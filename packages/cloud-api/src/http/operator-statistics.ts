import type { FastifyInstance } from 'fastify';
import { limits, type Clock } from '@postern/protocol';
import { HttpError, requireBearer, type Logger } from '@postern/service';
import { dayOf } from '../statistics/contributions.ts';
import type { ReleasedCell, ReleasedStatistics } from '../statistics/released-statistics.ts';

/** What the operator may see, and the token that shows who it is. */
export interface OperatorAccess {
  readonly token: string;
  readonly statistics: Pick<ReleasedStatistics, 'list'>;
  readonly clock: Clock;
}

interface Days {
  readonly since: number;
  readonly until: number;
}

const dayMs = 24 * limits.hourMs;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const epsilonUnit = 1000;

/**
 * Adds `GET /operator/statistics?since=2026-01-01&until=2026-01-31`, dates in UTC and both included; the last 30 days
 * when they are left out. It is no part of the Graph: no token of a business opens it, and its errors are
 * `{"error":{"code","message"}}`. Without an operator it answers 404.
 */
export function addOperatorRoutes(app: FastifyInstance, operator: OperatorAccess | undefined, logger: Logger): void {
  void app.register(async (scope) => {
    scope.setErrorHandler((error, _request, reply) => {
      if (error instanceof HttpError)
        return reply.code(error.status).send({ error: { code: error.code, message: error.message } });
      logger.error({ err: error }, 'a request of the operator failed');
      const message = 'The request could not be carried out; see the log.';
      return reply.code(500).send({ error: { code: 'internal', message } });
    });
    scope.get('/operator/statistics', async (request, reply) => {
      request.operationName = 'operator statistics';
      if (!operator) throw new HttpError(404, 'not_found', 'There is no such path.');
      requireBearer(request, operator.token);
      const days = parseDays(request.query as Record<string, unknown>, operator.clock.now());
      reply.header('cache-control', 'no-store');
      return { parameters, days: byDay(await operator.statistics.list(days)) };
    });
  });
}

/** What stands behind the numbers; docs/reference/statistics.md explains it. */
const parameters = {
  unit: 'person and day',
  mechanism: 'discrete Laplace',
  messages_epsilon: limits.statisticsMessagesEpsilonMillis / epsilonUnit,
  people_epsilon: limits.statisticsPeopleEpsilonMillis / epsilonUnit,
  messages_per_person: limits.statisticsMessagesPerPerson,
  cells_per_person: limits.statisticsCellsPerPerson,
  min_people: limits.statisticsMinPeople,
  min_messages: limits.statisticsMinMessages,
  rounded_to: limits.statisticsRounding,
} as const;

/** @throws HttpError 400 */
function parseDays({ since, until }: Record<string, unknown>, nowMs: number): Days {
  const last = until === undefined ? dayOf(nowMs) : parseDay('until', until);
  const first = since === undefined ? last - limits.defaultStatisticsDaysPerAnswer + 1 : parseDay('since', since);
  if (first > last) throw badRequest('since must not be after until.');
  if (last - first >= limits.maxStatisticsDaysPerAnswer)
    throw badRequest(`Ask for at most ${limits.maxStatisticsDaysPerAnswer} days at once.`);
  return { since: first, until: last };
}

/** @throws HttpError 400 */
function parseDay(name: string, value: unknown): number {
  const atMs = typeof value === 'string' && datePattern.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(atMs) || dateOf(dayOf(atMs)) !== value)
    throw badRequest(`${name} must be a date such as 2026-01-31.`);
  return dayOf(atMs);
}

function badRequest(message: string): HttpError {
  return new HttpError(400, 'bad_request', message);
}

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

function byDay(released: readonly ReleasedCell[]): object[] {
  const days = Map.groupBy(released, ({ day }) => day);
  return [...days].map(([day, cells]) => ({ day: dateOf(day), cells: cells.map((cell) => describeCell(cell)) }));
}

function describeCell({ region, direction, type, messages, people }: ReleasedCell): object {
  const cell = { region, direction, type };
  return messages === null ? { ...cell, suppressed: true } : { ...cell, messages, people };
}
