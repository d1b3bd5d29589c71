import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { JsonObject, JsonValue } from '../../protocol/json';
import { stringifyJson } from '../../protocol/lossless-json';
import type { ApiSchema } from '../api-schemas';
import type { BuilderWorld } from '../builder-runtime';
import { checkBody } from '../check-request';
import { exampleApi } from '../example/example-api';
import { curlText } from '../live/curl-text';
import type { TestRuns } from '../live/test-runs';
import type { FileEvent, LintRequest, PreviewRequest, SaveInputs, SaveManifest, TestRequest } from '../page-contract';
import { Refusal } from '../refusal';
import { eventStream, eventText } from './event-stream';
import { EXAMPLE_PATH, type PageSession } from './page-session';
import { pageSchemas } from './page-schemas';

export interface PageRoutesOptions {
  session: PageSession;
  tests: TestRuns;
  world: BuilderWorld;
  /** Reads a body that is declared as JSON. */
  readBody(c: Context): Promise<JsonValue | undefined>;
  answer(body: object, status?: number, headers?: Readonly<Record<string, string>>): Response;
  limited: MiddlewareHandler;
}

/** The page and what it talks to (`page-contract.ts`). Everything but the first address needs the cookie. */
export function addPageRoutes(app: Hono, { session, tests, world, readBody, answer, limited }: PageRoutesOptions): void {
  const { key, assets } = session;

  app.get('/', async (c) => {
    const token = c.req.query('token');
    if (key.isToken(token)) return new Response(null, { status: 303, headers: { Location: '/', 'Set-Cookie': key.cookie } });
    if (key.isIn(c.req.header('cookie'))) return assets.index();
    return new Response('Open the address that the terminal shows: it holds the key to this page.\n', { status: 401, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
  });
  app.get('/:name{[\\w-][\\w.-]*\\.\\w+}', async (c) => (await assets.asset(c.req.param('name'))) ?? answer({ detail: 'Not Found' }, 404));

  if (session.options.example) app.route(EXAMPLE_PATH, exampleApi(EXAMPLE_PATH));

  app.use('/api/*', async (c, next) => {
    if (!key.isIn(c.req.header('cookie'))) throw new Refusal(401, 'This part of the server is for its page. Open the address that the terminal shows.');
    await next();
  });
  const checked = async <T>(c: Context, schema: ApiSchema): Promise<T> => checkBody(schema, await readBody(c)) as unknown as T;

  app.get('/api/session', async () => answer(await session.describe()));
  app.get('/api/definitions', () => answer(session.definitions()));
  app.get('/api/manifest', async () => {
    const file = await session.manifest.read();
    return answer(file, 200, file.version === null ? {} : { ETag: `"${file.version}"` });
  });
  app.put('/api/manifest', limited, async (c) => answer(await session.manifest.save(await checked<SaveManifest>(c, pageSchemas.SaveManifest))));
  app.get('/api/inputs', async () => answer(await session.inputsStatus()));
  app.put('/api/inputs', limited, async (c) => {
    const { values, keep, text } = await checked<SaveInputs>(c, pageSchemas.SaveInputs);
    if (text !== undefined) session.see(text);
    await session.inputs.change(values, keep);
    return answer(await session.inputsStatus());
  });
  app.post('/api/lint', limited, async (c) => {
    const { text } = await checked<LintRequest>(c, pageSchemas.LintRequest);
    session.see(text);
    return answer(await session.lint(text, tests, c.req.raw.signal));
  });
  app.post('/api/preview', limited, async (c) => answer(await session.preview(await checked<PreviewRequest>(c, pageSchemas.PreviewRequest), tests)));

  app.post('/api/tests', limited, async (c) => {
    const request = await checked<TestRequest>(c, pageSchemas.TestRequest);
    session.see(request.text);
    const { id } = tests.start(request, session.inputs.config, await session.tape(request));
    return answer({ id }, 201, { Location: `/api/tests/${id}` });
  });
  app.get('/api/tests/:id', (c) => answer(tests.get(c.req.param('id')).run));
  app.post('/api/tests/:id/cancel', (c) => {
    tests.get(c.req.param('id')).cancel();
    return answer({}, 202);
  });
  app.get('/api/tests/:id/events', (c) => {
    const test = tests.get(c.req.param('id'));
    let seq = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0) || 0;
    let isOver = false;
    // What tells an EventSource not to come back.
    if (!test.isRunning && test.since(seq).length === 0) return new Response(null, { status: 204 });
    return eventStream(
      async (signal) => {
        if (isOver) return undefined;
        if (test.since(seq).length === 0) {
          if (!test.isRunning) return undefined;
          await test.next(signal);
        }
        const events = test.since(seq);
        seq = events.at(-1)?.seq ?? seq;
        isOver = events.at(-1)?.type === 'finished';
        return events.map((event) => eventText(stringifyJson(event as unknown as JsonObject), event.seq));
      },
      world.clock,
      world.signal,
    );
  });
  app.get('/api/tests/:id/exchanges/:n/body', (c) => {
    const { test, exchange, n } = exchangeOf(c, tests);
    const of = c.req.query('of') === 'request' ? 'request' : 'response';
    const body = of === 'request' ? exchange.request.body : (exchange.response?.body ?? exchange.error);
    return new Response(test.mask(body ?? ''), {
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename="${of}-${n}.txt"`, 'Content-Security-Policy': 'sandbox' },
    });
  });
  app.get('/api/tests/:id/exchanges/:n/curl', (c) => {
    const { test, exchange } = exchangeOf(c, tests);
    const { method, url, headers, body } = exchange.request;
    const request = c.req.query('secrets') === 'true' ? { url, http_method: method, headers, body } : test.view.request(exchange);
    return new Response(curlText(request), { headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
  });

  app.get('/api/events', () => {
    const versions: string[] = [];
    let wake = () => {};
    const unwatch = session.manifest.watch((version) => {
      versions.push(version);
      wake();
    });
    return eventStream(
      async (signal) => {
        if (versions.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
        return versions.splice(0).map((version) => eventText(stringifyJson({ type: 'changed', version } satisfies FileEvent)));
      },
      world.clock,
      world.signal,
      unwatch,
    );
  });
}

function exchangeOf(c: Context, tests: TestRuns) {
  const test = tests.get(c.req.param('id') ?? '');
  const n = Number(c.req.param('n'));
  const exchange = test.exchange(n);
  if (!exchange) throw new Refusal(404, `There is no exchange ${c.req.param('n')} in this test, or it is too long ago to be kept whole.`);
  return { test, exchange, n };
}
