import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { BackoffStrategy } from '../backoff/backoff-strategy';
import { defaultResolution } from './default-resolutions';
import type { ErrorHandler, ErrorResolution, ResponseView } from './error-handler';
import type { HttpResponseFilter } from './http-response-filter';

const MAX_RETRIES = 5;
/** All tries of a call together, waits for a rate limit not counted. */
export const MAX_TIME_SECONDS = 600;

/** The first filter that matches decides, then the table of statuses. */
export class DefaultErrorHandler implements ErrorHandler {
  readonly maxTimeSeconds = MAX_TIME_SECONDS;

  constructor(
    private readonly filters: readonly HttpResponseFilter[],
    readonly strategies: readonly BackoffStrategy[],
    readonly maxRetries: number,
  ) {}

  /** The resolution of the first filter that matches. */
  async match(outcome: ResponseView | Error): Promise<ErrorResolution | undefined> {
    for (const filter of this.filters) {
      const resolution = await filter.match(outcome);
      if (resolution) return resolution;
    }
    return undefined;
  }

  async interpret(outcome: ResponseView | Error, attempt: number, canRotate = false): Promise<ErrorResolution> {
    const resolution = (await this.match(outcome)) ?? (await defaultResolution(outcome));
    return withBackoff(resolution, this.strategies, outcome, attempt, canRotate);
  }
}

/** Adds the wait of the first strategy that has an opinion, when the resolution asks for a repetition. */
export async function withBackoff(
  resolution: ErrorResolution,
  strategies: readonly BackoffStrategy[],
  outcome: ResponseView | Error,
  attempt: number,
  canRotate: boolean,
): Promise<ErrorResolution> {
  const repeats = resolution.action === 'RETRY' || resolution.action === 'RATE_LIMITED' || resolution.action === 'REFRESH_TOKEN_THEN_RETRY';
  if (!repeats || (canRotate && resolution.action === 'RATE_LIMITED')) return resolution;
  for (const strategy of strategies) {
    const backoffSeconds = await strategy.backoffSeconds(outcome, attempt);
    if (backoffSeconds) return { ...resolution, backoffSeconds };
  }
  return resolution;
}

export const defaultErrorHandler = defineComponent({
  kind: 'ErrorHandler',
  type: 'DefaultErrorHandler',
  title: 'Default error handler',
  description:
    'Decides what an answer means: the first response filter that matches, otherwise by status (2xx and 3xx are read; 429 and 5xx are repeated; 400, 401, 403, 404 and 405 are errors; others are repeated). Repetitions wait as the first backoff strategy with an opinion says; without one as Retry-After says, otherwise 1, 2, 4, 8 … seconds.',
  fields: {
    backoff_strategies: field.array(field.component('BackoffStrategy'), { title: 'Backoff strategies', description: 'How long to wait; the first with an opinion decides.' }),
    max_retries: field.template({
      accepts: ['integer'],
      title: 'Max retries',
      description: 'Repetitions after the first try, whatever the reasons.',
      default: MAX_RETRIES,
      examples: [5, 0, "{{ config['max_retries'] }}"],
    }),
    response_filters: field.array(field.component('ResponseFilter'), { title: 'Response filters', description: 'Tried in this order.' }),
  },
  examples: [
    { type: 'DefaultErrorHandler', max_retries: 10 },
    {
      type: 'DefaultErrorHandler',
      response_filters: [{ type: 'HttpResponseFilter', http_codes: [404], action: 'IGNORE' }],
      backoff_strategies: [{ type: 'WaitTimeFromHeader', header: 'Retry-After' }],
    },
  ],
  build: ({ response_filters, backoff_strategies, max_retries }, ctx) => {
    const value = max_retries.eval();
    const retries = value === '' ? MAX_RETRIES : Number(value);
    if (!Number.isFinite(retries)) {
      throw ConnectorError.config('error_handler.invalid_max_retries', `${ctx.path}.max_retries: "${max_retries.source}" is not a whole number. Check the config value that it reads.`);
    }
    return new DefaultErrorHandler(response_filters ?? [], backoff_strategies ?? [], Math.max(0, Math.trunc(retries)));
  },
});
