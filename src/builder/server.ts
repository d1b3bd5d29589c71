import { serve } from '@hono/node-server';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { componentDefinitions } from '../components';
import { errorText } from '../errors/connector-error';
import { ComponentRegistry } from '../manifest/component-registry';
import type { JsonValue } from '../protocol/json';
import { JsonSyntaxError, parseJson, stringifyJson } from '../protocol/lossless-json';
import { checkOrigin, checkToken, isLoopback } from './access';
import type { BuilderWorld } from './builder-runtime';
import { checkRequest } from './check-request';
import { manifestCommands } from './manifest-commands';
import { openApiDocument } from './openapi';
import { OPERATIONS, type ManifestOperation } from './operations';
import { TestRuns } from './live/test-runs';
import { addPageRoutes } from './page-api/page-routes';
import { PageSession, type PageOptions } from './page-api/page-session';
import { Refusal } from './refusal';
import { RunSlots } from './run-slots';

/** A manifest of a hundred streams has half a megabyte. */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;
/** Each may hold some dozens of megabytes. */
const MAX_RUNS = 8;

export interface BuilderServerOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  version: string;
  /** Its signal ends the server and all runs. */
  world: BuilderWorld;
  /** What the page works on; absent: the API of the manifest server alone. */
  page?: PageOptions;
  /** Told about what happens, a line each. */
  log(line: string): void;
}

export interface BuilderServer {
  /** e.g. `http://127.0.0.1:8000` */
  readonly url: string;
  /** The address of the page, with its key; undefined without a page. */
  readonly pageUrl: string | undefined;
  /** After the runs under way; the signal of the world cancels them. */
  close(): Promise<void>;
}

/** Starts the manifest server: the HTTP API that Airbyte's Builder and our own page talk to. */
export async function startBuilderServer(options: BuilderServerOptions): Promise<BuilderServer> {
  const runs = new RunSlots(MAX_RUNS);
  const registry = new ComponentRegistry(componentDefinitions);
  const session = options.page && new PageSession(options.page, registry, options.world, options.version);
  await session?.inputs.load(options.page?.config, options.log);
  const app = builderApp(options, { runs, registry, session });
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: options.host, port: options.port }, ({ port }) => {
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      const url = `http://${host}:${port}`;
      if (session) session.offerExample(isLoopback(options.host) ? url : `http://127.0.0.1:${port}`);
      resolve({
        url,
        pageUrl: session && `${url}/?token=${session.key.token}`,
        async close() {
          const closed = new Promise<void>((done) => server.close(() => done()));
          // Runs that were cancelled abort their jobs first; their answers close their connections.
          await runs.idle();
          await closed;
        },
      });
    });
    server.once('error', reject);
  });
}

interface BuilderParts {
  runs?: RunSlots;
  registry?: ComponentRegistry;
  session?: PageSession;
}

export function builderApp({ host, version, world, log }: BuilderServerOptions, parts: BuilderParts = {}): Hono {
  const { runs = new RunSlots(MAX_RUNS), registry = new ComponentRegistry(componentDefinitions), session } = parts;
  const isLocal = isLoopback(host);
  const app = new Hono();

  app.use(async (c, next) => {
    checkOrigin(c.req.header('host'), c.req.header('origin'), isLocal);
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });
  app.get(OPERATIONS.health.path, () => answer({ status: 'ok' }));
  app.get('/health', (c) => c.redirect('/health/', 307));
  app.get(OPERATIONS.capabilities.path, () => answer({ custom_code_execution: world.env.AIRBYTE_ENABLE_UNSAFE_CODE?.toLowerCase() === 'true' }));
  app.get('/capabilities', (c) => c.redirect('/capabilities/', 307));
  app.get('/openapi.json', () => answer(openApiDocument(version)));

  const withToken: MiddlewareHandler = async (c, next) => {
    await checkToken(c.req.header('authorization'), world.env.AB_JWT_SIGNATURE_SECRET);
    await next();
  };
  const limited = bodyLimit({
    maxSize: MAX_REQUEST_BYTES,
    onError: () => {
      throw new Refusal(413, `The request is larger than ${MAX_REQUEST_BYTES} bytes.`);
    },
  });
  for (const name of Object.keys(manifestCommands) as ManifestOperation[]) {
    const { path, request } = OPERATIONS[name];
    app.post(path, withToken, limited, async (c) => {
      const body = checkRequest(request, await readBody(c));
      const result = await runs.run([world.signal, c.req.raw.signal], (signal) => manifestCommands[name](body, registry, { ...world, signal }));
      return answer(result);
    });
    app.all(path, () => answer({ detail: 'Method Not Allowed' }, 405, { Allow: 'POST' }));
  }
  if (session) addPageRoutes(app, { session, tests: new TestRuns(registry, runs, world, log), world, readBody, answer, limited });
  app.notFound(() => answer({ detail: 'Not Found' }, 404));
  app.onError((error, c) => {
    if (error instanceof Refusal) return answer({ detail: error.detail }, error.status, error.headers);
    // Nobody hears these two.
    if (c.req.raw.signal.aborted) return answer({ detail: 'The client went away.' }, 499);
    if (world.signal.aborted) return answer({ detail: 'The server ends.' }, 503, { Connection: 'close' });
    log(`${c.req.method} ${c.req.path}: ${error.stack ?? errorText(error)}`);
    return answer({ detail: 'Internal Server Error' }, 500);
  });
  return app;
}

function answer(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(stringifyJson(body as JsonValue), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

/** Only JSON: a form of another site cannot send that without asking first. */
async function readBody(c: Context): Promise<JsonValue | undefined> {
  const text = await c.req.text();
  if (text === '') return undefined;
  // What is not declared as JSON is a text to the reference, and a text is no request.
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? 'application/json')) return text;
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new Refusal(422, [{ type: 'json_invalid', loc: ['body', error.position], msg: 'JSON decode error', input: {}, ctx: { error: errorText(error) } }]);
  }
}
