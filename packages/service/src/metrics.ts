import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '@postern/protocol';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { HttpError, requireBearer } from './http.ts';
import type { Logger } from './log.ts';

/** Where each system shows its metrics. */
const metricsPath = '/operator/metrics';

/** A label is a word of the program's text. No number, token or id has this form. */
const labelForm = /^[a-z][a-z_-]{0,31}$/;

const durationBucketsSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

interface CountedPart {
  readonly figure: string;
  readonly part: string;
  readonly value: number;
}

export interface MetricsOptions {
  /** Which system speaks, for example `transport`. */
  readonly system: string;
  /** What an operator presents. Without it there are no metrics. */
  readonly token: string | undefined;
  readonly logger: Logger;
  /** The figures that a gauge is shown for, and what each means. Others are left out. */
  readonly gauges: Readonly<Record<string, string>>;
  /** Reads the figures as they are now. */
  readonly readFigures: () => Promise<readonly CountedPart[]>;
  /** What a request did, in a word of the program's; its route unless told. */
  readonly operationOf?: (request: FastifyRequest) => string | null;
}

/**
 * Adds `GET /operator/metrics` (Prometheus text format 0.0.4) behind the operator's token: figures of the Node process,
 * HTTP requests by route and class of status, and gauges of what the database holds. Call it before routes are added.
 * No label is ever taken from what a request or a message says.
 */
export function addMetrics(app: FastifyInstance, options: MetricsOptions): void {
  const { system, token, operationOf = routeOf } = options;
  if (token === undefined) return;
  const registry = new Registry();
  registry.setDefaultLabels({ system });
  collectDefaultMetrics({ register: registry });
  addRequestMetrics(app, registry, operationOf);
  const refreshFigures = addFigureMetrics(registry, options);
  app.get(metricsPath, {
    onRequest: (request, _reply, done) => {
      requireBearer(request, token);
      done();
    },
    // The system's own error handler may speak another language, as the Graph's does.
    errorHandler(error, _request, reply) {
      const { status, code, message } = error instanceof HttpError ? error : metricsFailed;
      if (status >= 500) options.logger.error({ err: error }, 'the metrics could not be shown');
      void reply.code(status).send({ error: { code, message } });
    },
    async handler(_request, reply) {
      await refreshFigures();
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  });
}

const metricsFailed = new HttpError(500, 'internal', 'The metrics could not be shown; see the log.');

/** The template of the route, for example `GET /v1/businesses/:id`. */
function routeOf({ method, routeOptions }: FastifyRequest): string | null {
  return routeOptions.url === undefined ? null : `${method} ${routeOptions.url}`;
}

function addRequestMetrics(
  app: FastifyInstance,
  registry: Registry,
  operationOf: (request: FastifyRequest) => string | null,
): void {
  const durations = new Histogram({
    name: 'postern_http_request_duration_seconds',
    help: 'How long requests took that were answered, by what they did and the class of their status.',
    labelNames: ['operation', 'status'] as const,
    buckets: durationBucketsSeconds,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const labels = { operation: operationOf(request) ?? 'none', status: `${Math.floor(reply.statusCode / 100)}xx` };
    durations.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}

/** One gauge for each figure. Returns what reads them anew, at most once in `figuresMaxAgeMs`. */
function addFigureMetrics(
  registry: Registry,
  { system, gauges, readFigures, logger }: MetricsOptions,
): () => Promise<void> {
  const prefix = `postern_${system.replaceAll('-', '_')}_`;
  const readable = new Gauge({
    name: `${prefix}figures_readable`,
    help: 'Whether the figures of the database could be read.',
    registers: [registry],
  });
  const shown = new Map(
    Object.entries(gauges).map(([figure, help]) => {
      return [figure, new Gauge({ name: prefix + figure, help, labelNames: ['part'], registers: [registry] })] as const;
    }),
  );
  return atMostEvery(limits.figuresMaxAgeMs, async () => {
    const figures = await readFigures().catch((error: unknown) => {
      logger.warn({ err: error }, 'the figures of the database could not be read');
      return null;
    });
    readable.set(figures === null ? 0 : 1);
    for (const gauge of shown.values()) gauge.reset();
    for (const { figure, part, value } of figures ?? []) setGauge(shown.get(figure), part, value);
  });
}

/** A part that is no word of ours is left out. */
function setGauge(gauge: Gauge<'part'> | undefined, part: string, value: number): void {
  if (part === '') gauge?.set(value);
  else if (labelForm.test(part)) gauge?.set({ part }, value);
}

/** Carries the work out unless it began a short while ago; whoever comes meanwhile waits for the same one. */
function atMostEvery(intervalMs: number, work: () => Promise<void>): () => Promise<void> {
  let last: { done: Promise<void>; atMs: number } | null = null;
  return () => {
    if (last === null || performance.now() - last.atMs >= intervalMs) last = { done: work(), atMs: performance.now() };
    return last.done;
  };
}
