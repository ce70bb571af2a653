import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addMetrics, createInternalHttp, createLogger, listen, type MetricsOptions } from '../src/index.ts';

const token = 'operator-token-of-the-test';
const logger = createLogger({ system: 'test', level: 'silent' });

async function start(t: TestContext, options: Partial<MetricsOptions> = {}) {
  const http = createInternalHttp(logger);
  const readFigures = async () => [{ figure: 'outbox', part: 'queued', value: 7 }];
  addMetrics(http, { system: 'test', token, logger, gauges: { outbox: 'What waits.' }, readFigures, ...options });
  http.get('/v1/people/:number', () => ({ ok: true }));
  const url = await listen(http, { host: '127.0.0.1', port: 0 });
  t.after(() => http.close());
  return {
    get: (path: string, bearer = token) => fetch(url + path, { headers: { authorization: `Bearer ${bearer}` } }),
    async metrics() {
      const answer = await this.get('/operator/metrics');
      assert.equal(answer.status, 200);
      return answer.text();
    },
  };
}

test('metrics are for the bearer of the operator token, and are not there without one', async (t) => {
  const guarded = await start(t);
  assert.equal((await guarded.get('/operator/metrics', 'wrong')).status, 401);
  const body = (await (await guarded.get('/operator/metrics', 'wrong')).json()) as { error: { code: string } };
  assert.equal(body.error.code, 'not_authenticated');
  const open = await start(t, { token: undefined });
  assert.equal((await open.get('/operator/metrics')).status, 404);
});

test('requests are counted by the template of their route, never by what their path said', async (t) => {
  const server = await start(t);
  await server.get('/v1/people/16505551234');
  await server.get('/nowhere/16505551234');
  const text = await server.metrics();
  assert.ok(!text.includes('16505551234'), text);
  const count = (operation: string, status: string) =>
    `postern_http_request_duration_seconds_count{system="test",operation="${operation}",status="${status}"} 1`;
  assert.ok(text.includes(count('GET /v1/people/:number', '2xx')), text);
  assert.ok(text.includes(count('none', '4xx')), text);
  assert.match(text, /process_cpu_seconds_total/);
});

test('a figure is shown by its part, unless its part is no word of the program or nobody knows the figure', async (t) => {
  const readFigures = async () => [
    { figure: 'outbox', part: 'queued', value: 7 },
    { figure: 'outbox', part: '16505551234', value: 1 },
    { figure: 'outbox', part: 'a sentence of somebody', value: 1 },
    { figure: 'unheard_of', part: '', value: 99 },
  ];
  const server = await start(t, { readFigures });
  const text = await server.metrics();
  assert.match(text, /postern_test_outbox\{part="queued",system="test"\} 7\n/);
  assert.match(text, /postern_test_figures_readable\{system="test"\} 1\n/);
  for (const leak of ['16505551234', 'sentence', 'unheard_of']) assert.ok(!text.includes(leak), leak);
});

test('figures that cannot be read are not shown, and that is said', async (t) => {
  const server = await start(t, { readFigures: () => Promise.reject(new Error('away')) });
  const text = await server.metrics();
  assert.match(text, /postern_test_figures_readable\{system="test"\} 0\n/);
  assert.doesNotMatch(text, /postern_test_outbox\{/);
});

test('the database is asked once for many scrapes', async (t) => {
  let reads = 0;
  const server = await start(t, {
    async readFigures() {
      reads += 1;
      return [];
    },
  });
  await Promise.all([server.metrics(), server.metrics(), server.metrics()]);
  assert.equal(reads, 1);
});
