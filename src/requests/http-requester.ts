import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import type { Vars } from '../manifest/interpolation/interpolated-string';
import type { Runtime } from '../platform/runtime';
import { StreamSlice } from '../slices/stream-slice';
import { apiBudgetOf } from './api-budget/api-budget';
import type { Authenticator } from './authenticators/authenticator';
import type { ErrorHandler } from './error-handlers/error-handler';
import { Cookies } from './cookies';
import { emitExchange } from './exchange-event';
import type { HttpAnswer, HttpCall } from './http-call';
import { httpClient } from './http-client';
import { composeRequest, type ComposedRequest } from './compose-request';
import { setHeader } from './request-headers';
import type { RequestTemplates } from './request-templates';
import { RetryPolicy } from './retry-policy';
import type { HttpResponse, PreparedRequest, RequestInput, Requester } from './requester';
import { responseCache, type CacheResult } from './response-cache';
import { ResponseGlance } from './response-glance';
import { prepareUrl } from './prepare-url';

export interface HttpRequesterOptions {
  method: string;
  templates: RequestTemplates;
  authenticator: Authenticator | undefined;
  errorHandler: ErrorHandler;
  useCache: boolean;
  connectTimeoutMs: number | undefined;
  readTimeoutMs: number | undefined;
}

/** One `send` from its first try to its last. */
interface Sending {
  input: RequestInput;
  signal: AbortSignal;
  policy: RetryPolicy;
  url: string;
  composed: ComposedRequest;
  /** When the present try began. */
  startedAt: number;
  started: number;
  request: PreparedRequest;
}

/** Templates → merged options → credentials → budget → call → error handler, again and again until it is decided. */
export class HttpRequester implements Requester {
  readonly name: string;
  private readonly runtime: Runtime;
  private readonly cookies = new Cookies();

  constructor(
    private readonly options: HttpRequesterOptions,
    private readonly ctx: Pick<BuildContext, 'runtime' | 'streamName' | 'role' | 'isParent'>,
  ) {
    this.runtime = ctx.runtime;
    this.name = [ctx.role, ctx.streamName].filter((part) => part !== undefined).join(' - ');
  }

  get isCached(): boolean {
    return this.options.useCache;
  }

  async send(input: RequestInput): Promise<HttpResponse> {
    const signal = input.signal ?? this.runtime.signal;
    const { authenticator, errorHandler, templates } = this.options;
    const vars = variables(input);
    const sending: Sending = {
      input,
      signal,
      policy: new RetryPolicy({ authenticator, errorHandler, runtime: this.runtime, streamName: this.ctx.streamName, signal, throwsRateLimits: input.rateLimit === 'throw' }),
      url: templates.url(vars, input.path),
      composed: composeRequest(templates.evaluate(vars), input.options),
      startedAt: 0,
      started: 0,
      request: { method: this.options.method, url: '', headers: {}, body: null },
    };
    for (;;) {
      signal.throwIfAborted();
      const { answer, fromCache, forget } = await this.attempt(sending);
      const decision = await this.judge(sending, answer, fromCache);
      if (decision === 'again') forget?.();
      if (decision !== 'again') {
        const { status, headers, url, request, body } = answer;
        return { status, headers, url, request, body, ignored: decision === 'ignore' };
      }
    }
  }

  /** One try with fresh credentials, from the cache where that is allowed. */
  private async attempt(sending: Sending): Promise<CacheResult> {
    const call = await this.nextCall(sending);
    const fetch = async () => {
      await this.acquire(sending);
      return httpClient(this.runtime).call(call);
    };
    if (!this.options.useCache) return { answer: await fetch(), fromCache: false };
    return responseCache(this.runtime).get(sending.request, fetch);
  }

  /** Adds credentials. The call asks the policy by itself what to do about a transport error. */
  private async nextCall(sending: Sending): Promise<HttpCall> {
    const { authenticator, method } = this.options;
    const credentials = await authenticator?.credentials({ method, url: sending.url });
    const { params, headers, body } = sending.composed.withCredentials(credentials, method);
    for (const [name, value] of Object.entries(sending.input.headers ?? {})) setHeader(headers, name, value);
    sending.request = { method, url: prepareUrl(sending.url, params), headers, body };
    return {
      ...sending.request,
      signal: sending.signal,
      cookies: this.cookies,
      credentials: Object.keys(credentials?.headers ?? {}),
      // A job that is ordered twice costs quota and money.
      ownConnection: this.ctx.role === 'job creation',
      ...(this.options.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: this.options.connectTimeoutMs }),
      ...(this.options.readTimeoutMs === undefined ? {} : { readTimeoutMs: this.options.readTimeoutMs }),
      repeat: async (error) => {
        await this.judge(sending, error, false);
        const next = await this.nextCall(sending);
        await this.acquire(sending);
        return next;
      },
    };
  }

  private async acquire(sending: Sending): Promise<void> {
    await apiBudgetOf(this.runtime)?.acquire(sending.request, sending.signal, this.ctx.streamName);
    sending.startedAt = this.runtime.clock.now();
    sending.started = this.runtime.clock.monotonic();
  }

  /** Shows the exchange to whom it concerns, then lets the policy decide; an answer that is not used is given up. */
  private async judge(sending: Sending, result: HttpAnswer | ConnectorError, fromCache: boolean): Promise<'use' | 'ignore' | 'again'> {
    const { request, signal, policy, input } = sending;
    const { clock, logger } = this.runtime;
    const { onArrival } = input;
    if (onArrival && !(result instanceof Error)) result.body.onArrival = (bytes) => onArrival(bytes, result.headers);
    if (!fromCache && this.runtime.events.wants('http')) {
      const { role, streamName, isParent } = this.ctx;
      const durationMs = clock.monotonic() - sending.started;
      await emitExchange(this.runtime, result instanceof Error ? request : result.request, result, { role, streamName, isParent, slice: input.slice?.merged, startedAt: sending.startedAt, durationMs });
    }
    if (result instanceof Error) {
      await policy.settle({ request, result, canRotate: false });
      return 'again';
    }
    let canRotate = false;
    if (!fromCache) {
      apiBudgetOf(this.runtime)?.update(request, result.status, result.headers);
      canRotate = this.options.authenticator?.observe?.(request, result.status, result.headers)?.retryWithOtherToken ?? false;
    }
    let decision: 'use' | 'ignore' | 'again' = 'again';
    try {
      decision = await policy.settle({ request, result: new ResponseGlance(result, logger), canRotate });
    } finally {
      if (decision === 'again') result.body.discard();
    }
    signal.throwIfAborted();
    return decision;
  }
}

function variables({ slice, nextPageToken, vars }: RequestInput): Vars {
  return { ...(slice ?? new StreamSlice()).variables(), next_page_token: nextPageToken ?? null, ...vars };
}

