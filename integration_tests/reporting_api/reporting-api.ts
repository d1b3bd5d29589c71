import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiDescription } from './api-description';
import { parseBody, parseQuery, type Answer, type Call } from './call';
import { isAllowed } from './credentials';
import { faultsOf, has, sendingOf, spoil, withRange } from './faults';
import { JobRoutes, type HandledRoute } from './job-routes';
import { makeAnswer } from './make-answer';
import { OAuthTokens } from './oauth-server';
import { answerRoute } from './paged-route';
import { matchRoute, routePattern, type RoutePattern } from './route-pattern';
import { sendAnswer } from './send-answer';

/** One request, as `GET /__log` shows it. */
export interface LoggedRequest {
  /** From 1, in the order of arrival. */
  n: number;
  /** Milliseconds since the start or the last reset. */
  at: number;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** The route as written in the description, `null` when none fits. */
  route: string | null;
  /** How often that route was called until then. */
  call: number;
  /** Of the answer as planned: a fault may have kept it from arriving. */
  status: number;
}

export interface ReportingApi {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  log(): LoggedRequest[];
  /** Forgets jobs, tokens, call counts and the log. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts the fake API on a loopback port (0: any free one). */
export async function startReportingApi(description: ApiDescription, port = 0): Promise<ReportingApi> {
  const api = new FakeApi(description);
  const server = createServer((request, response) => void api.serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  api.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: api.base,
    log: () => structuredClone(api.log),
    reset: () => api.reset(),
    close: () => close(server, api),
  };
}

function close(server: Server, api: FakeApi): Promise<void> {
  api.stop.abort();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

class FakeApi {
  base = '';
  log: LoggedRequest[] = [];
  readonly stop = new AbortController();
  private startedAt = Date.now();
  private counts = new Map<string, number>();
  private readonly jobs: JobRoutes[];
  private readonly oauth: OAuthTokens | undefined;
  private readonly routes: { pattern: RoutePattern; route: HandledRoute }[];

  constructor(private readonly description: ApiDescription) {
    // Every answer that waits listens.
    setMaxListeners(0, this.stop.signal);
    this.jobs = (description.jobs ?? []).map((job) => new JobRoutes(job));
    this.oauth = description.oauth && new OAuthTokens(description.oauth);
    const routes: HandledRoute[] = this.jobs.flatMap((job) => job.routes());
    for (const route of description.routes ?? []) {
      routes.push({ on: route.on, auth: route.auth, latencyMs: route.latency_ms, handle: (call) => answerRoute(route, call) });
    }
    const { oauth } = this;
    if (oauth) {
      routes.push({ on: `POST ${description.oauth?.path}`, auth: 'none', latencyMs: undefined, handle: (call) => oauth.answer(call) });
    }
    this.routes = routes.map((route) => ({ pattern: routePattern(route.on), route }));
    for (const { on } of description.faults ?? []) {
      if (on !== '*' && !this.routes.some(({ pattern }) => pattern.text === on.trim())) throw new Error(`A fault names the route "${on}", which does not exist`);
    }
  }

  reset(): void {
    this.log = [];
    this.counts.clear();
    this.startedAt = Date.now();
    for (const job of this.jobs) job.reset();
    this.oauth?.reset();
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away is no error of ours.
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const url = new URL(request.url ?? '/', this.base);
    if (url.pathname.startsWith('/__')) return this.serveControl(request.method ?? '', url.pathname, response);
    const bytes = Buffer.concat(chunks);
    const text = isText(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
    const call: Call = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: parseQuery(url.searchParams),
      headers: request.headers,
      text,
      body: parseBody(text, request.headers['content-type']),
      params: {},
      count: 0,
      base: this.base,
    };
    const found = this.find(call);
    const actions = found ? faultsOf(this.description.faults ?? [], found.pattern.text, call) : [];
    if (found && has(actions, 'change_file')) found.route.changeFile?.(call);
    const planned = found ? this.plan(found.route, call) : makeAnswer({ status: 404, body: { error: 'no such route' } }, {});
    const answer = spoil(has(actions, 'ignore_range') ? planned : withRange(planned, call), actions, call);
    this.remember(call, found?.pattern.text ?? null, answer.status);
    const sending = sendingOf(actions);
    sending.delayMs += found?.route.latencyMs ?? this.description.latency_ms ?? 0;
    await sendAnswer(response, answer, sending, this.stop.signal);
  }

  private find(call: Call): { pattern: RoutePattern; route: HandledRoute } | undefined {
    for (const candidate of this.routes) {
      const params = matchRoute(candidate.pattern, call.method, call.path);
      if (!params) continue;
      call.params = params;
      call.count = (this.counts.get(candidate.pattern.text) ?? 0) + 1;
      this.counts.set(candidate.pattern.text, call.count);
      return candidate;
    }
    return undefined;
  }

  private plan(route: HandledRoute, call: Call): Answer {
    const rules = route.auth ?? this.description.auth;
    if (!isAllowed(rules, call, this.oauth)) return makeAnswer({ status: 401, body: { error: 'unauthorized' } }, {});
    return route.handle(call);
  }

  private remember(call: Call, route: string | null, status: number): void {
    const headers = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
    const { method, path, query, text: body, count } = call;
    this.log.push({ n: this.log.length + 1, at: Date.now() - this.startedAt, method, path, query, headers, body, route, call: count, status });
  }

  /** `GET /__log` and `POST /__reset`, for tests in other processes. */
  private serveControl(method: string, path: string, response: ServerResponse): void {
    if (method === 'POST' && path === '/__reset') this.reset();
    const known = (method === 'POST' && path === '/__reset') || (method === 'GET' && path === '/__log');
    response.statusCode = known ? 200 : 404;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(path === '/__log' ? this.log : { ok: known }));
  }
}

function isText(bytes: Buffer): boolean {
  return !bytes.toString('utf8').includes('\ufffd');
}
