import { ConnectorError, isConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { Authenticator } from './authenticators/authenticator';
import { retryAfterSeconds } from './backoff/retry-after';
import type { ErrorHandler, ErrorResolution, ResponseView } from './error-handlers/error-handler';
import { HttpStatusError } from './http-status-error';
import { RequestSignal, type PreparedRequest } from './requester';
import { bareUrl, shownUrl } from './shown-url';

/** A wait that the API asks for by itself, without a strategy in the manifest. */
const LONGEST_ASKED_WAIT_SECONDS = 3_600;
/** A wait that a backoff strategy of the manifest works out. */
const LONGEST_STRATEGY_WAIT_SECONDS = 24 * 3_600;
const LONGEST_DEFAULT_WAIT_SECONDS = 600;
const ROTATION_WAIT_SECONDS = 0.1;
const BODY_QUOTE = 2_000;

export interface RetryOptions {
  errorHandler: ErrorHandler;
  authenticator: Authenticator | undefined;
  runtime: Runtime;
  streamName: string | undefined;
  signal: AbortSignal;
  /** A rate limit is the caller's to wait for (`RequestInput.rateLimit`). */
  throwsRateLimits?: boolean;
}

/** What happened to one try. */
export interface Outcome {
  request: PreparedRequest;
  /** The answer, or the transport error. */
  result: ResponseView | ConnectorError;
  /** Another credential can serve a repetition. */
  canRotate: boolean;
}

/**
 * The repetitions of one call: one count for all kinds of trouble, tries = max_retries + 1. Every repetition waits,
 * every wait has a limit and hears the abort signal, and the end is an error that says why (reference section 3.5).
 */
export class RetryPolicy {
  private tries = 0;
  private readonly started: number;
  /** Milliseconds waited because of rate limits: they do not count against the time of a call. */
  private waitedForQuota = 0;
  /** Set after REFRESH_TOKEN_THEN_RETRY: whether the token could be refreshed. */
  private refreshed: boolean | undefined;
  private hasFreshCredentials = false;

  constructor(private readonly options: RetryOptions) {
    this.started = options.runtime.clock.monotonic();
  }

  /**
   * Returns when the answer can be used, or, with `again`, after the wait before the next try.
   * @throws ConnectorError, HttpStatusError, RequestSignal
   */
  async settle(outcome: Outcome): Promise<'use' | 'ignore' | 'again'> {
    const { errorHandler, runtime } = this.options;
    const { result } = outcome;
    this.tries++;
    const resolution = await errorHandler.interpret(result, this.tries, outcome.canRotate);
    switch (resolution.action) {
      case 'SUCCESS':
        if (result instanceof Error) throw result;
        return 'use';
      case 'IGNORE':
        if (result instanceof Error) throw result;
        runtime.logger.info(runtime.secrets.mask(this.hasOwnMessage(resolution, result) ? (resolution.message as string) : `Ignoring response for '${outcome.request.method}' request to '${shownUrl(outcome.request.url)}' with response code '${result.status}'`));
        return 'ignore';
      case 'FAIL':
        if (this.mayUseFreshCredentials(outcome)) return 'again';
        throw await this.failure(outcome, resolution);
      case 'RESET_PAGINATION':
      case 'REDUCE_PAGE_SIZE':
      case 'SPLIT_REQUEST_WINDOW':
        throw new RequestSignal(resolution.action, runtime.secrets.mask(resolution.message ?? `The API asked for ${resolution.action}`));
      case 'RETRY':
      case 'RATE_LIMITED':
      case 'REFRESH_TOKEN_THEN_RETRY':
        await this.again(outcome, resolution);
        return 'again';
    }
  }

  /** A session that the API ended: its authenticator will log in again, once a call. */
  private mayUseFreshCredentials({ result, canRotate }: Outcome): boolean {
    if (result instanceof Error || result.status !== 401 || !canRotate || this.hasFreshCredentials) return false;
    this.hasFreshCredentials = true;
    return true;
  }

  private async again(outcome: Outcome, resolution: ErrorResolution): Promise<void> {
    const { errorHandler, runtime, streamName, signal } = this.options;
    const { clock, events, logger, secrets, platform } = runtime;
    if (resolution.action === 'REFRESH_TOKEN_THEN_RETRY') await this.refresh(outcome, resolution);
    const isRateLimit = resolution.action === 'RATE_LIMITED';
    if (isRateLimit && this.options.throwsRateLimits && !outcome.canRotate) throw await this.rateLimited(outcome, resolution);
    const maxTries = (runtime.testRead ? 0 : errorHandler.maxRetries) + 1;
    const spentMs = clock.monotonic() - this.started - this.waitedForQuota;
    const isLast = this.tries >= maxTries || (!isRateLimit && spentMs >= errorHandler.maxTimeSeconds * 1000);
    const seconds = isLast ? undefined : this.waitSeconds(outcome, resolution);
    if (isRateLimit && streamName !== undefined) platform.rateLimited(streamName, seconds === undefined ? undefined : clock.now() + seconds * 1000);
    if (seconds === undefined) throw await this.exhausted(outcome, resolution);
    const { request, result } = outcome;
    const what = result instanceof Error ? result.message : `'${request.method}' request to '${shownUrl(request.url)}' got HTTP ${result.status}: ${resolution.message ?? resolution.action}`;
    logger.info(secrets.mask(`${what} Retrying in ${Number(seconds.toFixed(3))} seconds (try ${this.tries + 1} of ${maxTries}).`));
    if (events.active) events.emit({ type: 'wait', streamName, reason: result instanceof Error ? secrets.mask(result.message) : `HTTP ${result.status}`, ms: seconds * 1000, at: clock.now() });
    await clock.sleep(seconds * 1000, signal);
    if (isRateLimit) this.waitedForQuota += seconds * 1000;
  }

  private waitSeconds({ result, canRotate }: Outcome, { action, backoffSeconds }: ErrorResolution): number {
    if (action === 'RATE_LIMITED' && canRotate) return ROTATION_WAIT_SECONDS;
    if (backoffSeconds !== undefined) return this.bounded(backoffSeconds, LONGEST_STRATEGY_WAIT_SECONDS, result);
    const byDefault = Math.min(2 ** (this.tries - 1), LONGEST_DEFAULT_WAIT_SECONDS);
    const mayAsk = !(result instanceof Error) && (action === 'RATE_LIMITED' || result.status === 429 || result.status === 503);
    const asked = mayAsk ? retryAfterSeconds(result.headers['retry-after'], this.options.runtime.clock.now()) : undefined;
    return asked === undefined ? byDefault : this.bounded(Math.max(asked, byDefault), LONGEST_ASKED_WAIT_SECONDS, result);
  }

  private bounded(seconds: number, longest: number, result: ResponseView | ConnectorError): number {
    if (seconds <= longest) return seconds;
    const until = new Date(this.options.runtime.clock.now() + seconds * 1000).toISOString();
    const where = result instanceof Error ? '' : ` of '${result.url}'`;
    throw ConnectorError.transient('http.wait_too_long', `The rate limit${where} asks to wait ${Math.ceil(seconds)} seconds, until ${until}; a sync waits at most ${longest} seconds at once. Run the sync again after that time.`, {
      recovery: 'wait_for_capacity',
      retryAfterMs: seconds * 1000,
    });
  }

  /** One refresh a call (reference section 3.4). */
  private async refresh({ request, result }: Outcome, resolution: ErrorResolution): Promise<void> {
    const { authenticator, runtime } = this.options;
    if (this.refreshed !== undefined) {
      const internalMessage = runtime.secrets.mask(`'${request.method}' request to '${shownUrl(request.url)}' was rejected again: ${resolution.message ?? ''}`);
      if (this.refreshed) throw this.statusError(result, { code: 'http.refreshed_token_rejected', failureType: 'config_error', message: 'The API rejects the OAuth access token although it was just refreshed. Check the scopes of the credentials, or authenticate again.', internalMessage });
      throw this.statusError(result, { code: 'http.token_refresh_failed', failureType: 'transient_error', message: 'The API rejects the OAuth access token, and it could not be refreshed.', internalMessage });
    }
    if (!authenticator?.refresh) {
      runtime.logger.warn('The error handler asks for a new token, but this kind of authentication has none to refresh; asking again as it is.');
      return;
    }
    this.refreshed = false;
    try {
      await authenticator.refresh(request);
      this.refreshed = true;
    } catch (error) {
      if (this.options.signal.aborted || (isConnectorError(error) && error.failureType === 'config_error')) throw error;
      runtime.logger.warn(runtime.secrets.mask(`The OAuth token could not be refreshed: ${String(error)}. Asking again with the present one.`));
    }
  }

  private async failure({ request, result }: Outcome, resolution: ErrorResolution): Promise<ConnectorError> {
    const { runtime } = this.options;
    if (result instanceof Error) return result;
    const { 'set-cookie': _cookies, ...headers } = result.headers;
    const details = runtime.secrets.mask(`'${request.method}' request to '${shownUrl(request.url)}' failed with status code '${result.status}'. Request (body): ${quote(request.body)}. Response (body): ${quote(await result.text())}. Response (headers): ${JSON.stringify(headers)}.`);
    runtime.logger.error(details);
    return this.statusError(result, {
      code: `http.status_${result.status}`,
      failureType: resolution.failureType ?? 'system_error',
      message: resolution.message || `'${request.method}' request to '${bareUrl(request.url)}' got HTTP ${result.status}, which the error handler of the requester makes an error.`,
      internalMessage: details,
    }, await result.text());
  }

  private async exhausted({ request, result }: Outcome, resolution: ErrorResolution): Promise<ConnectorError> {
    const { runtime } = this.options;
    const target = `'${request.method}' request to '${bareUrl(request.url)}'`;
    const why = resolution.message ?? (result instanceof Error ? result.message : `HTTP ${result.status}`);
    const internalMessage = runtime.secrets.mask(`${target} was tried ${this.tries} times. Last: ${why}`);
    runtime.logger.error(`${internalMessage} No tries are left.`);
    const isRateLimit = resolution.action === 'RATE_LIMITED' || (!(result instanceof Error) && result.status === 429);
    if (isRateLimit) return this.rateLimited({ request, result, canRotate: false }, resolution);
    return this.statusError(
      result,
      {
        code: 'http.retries_exhausted',
        failureType: resolution.failureType ?? 'system_error',
        message: `Exhausted available request attempts: ${target} was tried ${this.tries} times. Last: ${why}`,
        internalMessage,
      },
      result instanceof Error ? '' : await result.text(),
    );
  }

  private async rateLimited({ request, result }: Outcome, { backoffSeconds, message }: ErrorResolution): Promise<ConnectorError> {
    const { runtime } = this.options;
    const target = `'${request.method}' request to '${bareUrl(request.url)}'`;
    const asked = backoffSeconds ?? (result instanceof Error ? undefined : retryAfterSeconds(result.headers['retry-after'], runtime.clock.now()));
    return this.statusError(
      result,
      {
        code: 'http.rate_limited',
        failureType: 'transient_error',
        recovery: 'wait_for_capacity',
        message: `API rate limit exceeded: ${target} was refused ${this.tries} times. Run the sync again later, with fewer streams at once or an api_budget in the manifest.`,
        internalMessage: runtime.secrets.mask(`${target} was tried ${this.tries} times. Last: ${message ?? (result instanceof Error ? result.message : `HTTP ${result.status}`)}`),
        ...(asked === undefined ? {} : { retryAfterMs: asked * 1000 }),
      },
      result instanceof Error ? '' : await result.text(),
    );
  }

  private statusError(result: ResponseView | ConnectorError, options: ConstructorParameters<typeof ConnectorError>[0], body = ''): ConnectorError {
    const { secrets } = this.options.runtime;
    const complete = { ...options, message: secrets.mask(options.message) };
    if (result instanceof Error) return new ConnectorError({ ...complete, cause: result });
    return new HttpStatusError({ ...complete, status: result.status, responseBody: secrets.mask(body.slice(0, BODY_QUOTE)) });
  }

  private hasOwnMessage(resolution: ErrorResolution, result: ResponseView): boolean {
    return Boolean(resolution.message) && !resolution.message?.startsWith(`HTTP Status Code: ${result.status}.`);
  }
}

function quote(text: string | null): string {
  return text === null ? 'none' : `'${text.length > BODY_QUOTE ? `${text.slice(0, BODY_QUOTE)}…` : text}'`;
}
