import { ConnectorError, errorText, isConnectorError } from '../../errors/connector-error';
import type { Runtime } from '../../platform/runtime';
import type { JsonValue } from '../../protocol/json';
import { HttpClient, httpClient } from '../http-client';
import { shownUrl } from '../shown-url';

/** A login or refresh request. */
export interface AuthRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** For logs and the Builder: `Refresh token`, `Login request`. */
  title: string;
  description: string;
  /** The call spends something (a single-use token): it is let finish when the run is cancelled. */
  finishWhenCancelled?: boolean;
  /** Statuses that are an answer, although they usually mean: ask again. */
  final?: readonly number[];
  /** The secrets in an answer: masked before anybody sees the exchange. */
  secretsIn?: (answer: AuthAnswer) => readonly unknown[];
}

export interface AuthAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly text: string;
  /** The body as JSON, or undefined when it is none. */
  readonly json: JsonValue | undefined;
}

declare module '../../platform/runtime' {
  interface SharedServices {
    /** Does not hear the run's signal. */
    unabortedHttpClient: HttpClient;
  }
}

const CALL_TIMEOUT_MS = 60_000;
/** All tries together, as in the reference (section 4); a person who tests a stream does not wait that long. */
const TOTAL_MS = 300_000;
const TOTAL_IN_TEST_READ_MS = 20_000;
const LONGEST_PAUSE_MS = 60_000;
const SHORTEST_PAUSE_MS = 500;
const LARGEST_ANSWER_BYTES = 1_048_576;

/**
 * Sends a login or refresh request: repeated with growing pauses on 429, 5xx and transport errors, and shown to the
 * Builder. Answers with any other status are the caller's to judge.
 * @throws ConnectorError `auth.unavailable` (transient_error) when the time is used up
 */
export async function exchange(request: AuthRequest, runtime: Runtime): Promise<AuthAnswer> {
  const { clock, events, random, signal, testRead } = runtime;
  const deadline = clock.monotonic() + (testRead ? TOTAL_IN_TEST_READ_MS : TOTAL_MS);
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const outcome = await tryOnce(request, runtime);
    if (!(outcome instanceof Error) && !isTemporary(outcome.status, request)) return outcome;
    const pause = pauseMs(outcome, attempt, random(), clock.now());
    if (clock.monotonic() + pause > deadline) throw unavailable(request, outcome, attempt);
    runtime.logger.info(`${request.title}: ${reason(outcome)}. Trying again in ${Math.ceil(pause / 1000)} s (try ${attempt + 1}).`);
    if (events.active) events.emit({ type: 'wait', streamName: undefined, reason: `${request.title}: ${reason(outcome)}`, ms: pause, at: clock.now() });
    await clock.sleep(pause, signal);
  }
}

function isTemporary(status: number, { final = [] }: AuthRequest): boolean {
  return (status === 429 || status >= 500) && !final.includes(status);
}

async function tryOnce(request: AuthRequest, runtime: Runtime): Promise<AuthAnswer | Error> {
  const startedAt = runtime.clock.now();
  const started = runtime.clock.monotonic();
  let outcome: AuthAnswer | Error;
  try {
    outcome = await call(request, runtime);
  } catch (error) {
    if (!request.finishWhenCancelled) runtime.signal.throwIfAborted();
    // A refusal (a forbidden address, a malformed URL) does not get better by asking again.
    if (isConnectorError(error) && error.failureType === 'config_error') throw error;
    outcome = error instanceof Error ? error : new Error(String(error));
  }
  if (runtime.events.wants('http')) {
    const answer = outcome instanceof Error ? undefined : outcome;
    const { method, url, headers, body, title, description } = request;
    runtime.events.emit({
      type: 'http',
      title,
      exchangeType: 'AUTH',
      description,
      streamName: undefined,
      slice: undefined,
      request: { method, url, headers, body: body ?? null },
      response: answer && { status: answer.status, headers: answer.headers, body: answer.text },
      error: outcome instanceof Error ? errorText(outcome) : undefined,
      startedAt,
      durationMs: runtime.clock.monotonic() - started,
    });
  }
  return outcome;
}

async function call(request: AuthRequest, runtime: Runtime): Promise<AuthAnswer> {
  const { method, url, headers, body, finishWhenCancelled, secretsIn } = request;
  const client = finishWhenCancelled
    ? runtime.shared('unabortedHttpClient', () => new HttpClient(Object.create(runtime, { signal: { value: new AbortController().signal } })))
    : httpClient(runtime);
  const response = await client.call({ method, url, headers, body, timeoutMs: CALL_TIMEOUT_MS, credentials: Object.keys(headers) });
  await response.body.buffer(LARGEST_ANSWER_BYTES);
  const answer = { status: response.status, headers: response.headers, text: await response.body.text(), json: await response.body.json() };
  for (const secret of secretsIn?.(answer) ?? []) runtime.secrets.add(secret);
  return answer;
}

/** What the API asks for, else 1, 2, 4 … s, of which a random part of up to a half is left out. */
function pauseMs(outcome: AuthAnswer | Error, attempt: number, random: number, now: number): number {
  const asked = outcome instanceof Error ? undefined : retryAfterMs(outcome.headers['retry-after'], now);
  if (asked !== undefined) return Math.max(asked, SHORTEST_PAUSE_MS);
  return Math.min(1000 * 2 ** (attempt - 1), LONGEST_PAUSE_MS) * (1 - random / 2);
}

function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : date - now;
}

function reason(outcome: AuthAnswer | Error): string {
  return outcome instanceof Error ? `the request failed (${errorText(outcome)})` : `the server answered ${outcome.status}`;
}

function unavailable(request: AuthRequest, outcome: AuthAnswer | Error, attempts: number): ConnectorError {
  const failed = outcome instanceof Error;
  return ConnectorError.transient(
    'auth.unavailable',
    `${request.title} at ${shownUrl(request.url)} failed ${attempts} times, at last because ${reason(outcome)}. ` +
      'The API cannot log the connector in at the moment; run the sync again later.',
    { internalMessage: failed ? undefined : shortened(outcome.text), cause: failed ? outcome : undefined },
  );
}

/** As much of an answer as an internal message may carry. */
export function shortened(text: string, limit = 1000): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}
