import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { DefaultErrorHandler, withBackoff } from './default-error-handler';
import { defaultResolution } from './default-resolutions';
import type { ErrorHandler, ErrorResolution, ResponseView } from './error-handler';

/** Several handlers as one: the first that has a matching filter decides, with its own backoff strategies before the others'. */
export class CompositeErrorHandler implements ErrorHandler {
  readonly maxRetries: number;
  readonly maxTimeSeconds: number;

  constructor(readonly handlers: readonly [DefaultErrorHandler, ...DefaultErrorHandler[]]) {
    this.maxRetries = handlers[0].maxRetries;
    this.maxTimeSeconds = Math.max(...handlers.map((handler) => handler.maxTimeSeconds));
  }

  async interpret(outcome: ResponseView | Error, attempt: number, canRotate = false): Promise<ErrorResolution> {
    const all = this.handlers.flatMap((handler) => handler.strategies);
    for (const handler of this.handlers) {
      const resolution = await handler.match(outcome);
      if (resolution) return withBackoff(resolution, [...handler.strategies, ...all], outcome, attempt, canRotate);
    }
    return withBackoff(await defaultResolution(outcome), all, outcome, attempt, canRotate);
  }
}

export const compositeErrorHandler = defineComponent({
  kind: 'ErrorHandler',
  type: 'CompositeErrorHandler',
  title: 'Composite error handler',
  description: 'Combines error handlers: the first one with a response filter that matches decides. The number of repetitions is that of the first handler.',
  fields: {
    error_handlers: required(field.array(field.component('ErrorHandler'), { title: 'Error handlers', description: 'Tried in this order.', minItems: 1 })),
  },
  examples: [
    {
      type: 'CompositeErrorHandler',
      error_handlers: [
        {
          type: 'DefaultErrorHandler',
          response_filters: [{ type: 'HttpResponseFilter', predicate: "{{ 'throttled' in response }}", action: 'RETRY' }],
          backoff_strategies: [{ type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 5 }],
        },
        { type: 'DefaultErrorHandler', response_filters: [{ type: 'HttpResponseFilter', http_codes: [403], action: 'IGNORE' }] },
      ],
    },
  ],
  build: ({ error_handlers }, ctx) => {
    const flat = error_handlers.flatMap((handler) => {
      if (handler instanceof CompositeErrorHandler) return handler.handlers;
      if (handler instanceof DefaultErrorHandler) return [handler];
      throw ConnectorError.config('error_handler.not_composable', `${ctx.path}.error_handlers: only DefaultErrorHandler and CompositeErrorHandler can be combined.`);
    });
    const [first, ...others] = flat;
    if (!first) throw ConnectorError.config('error_handler.empty_composite', `${ctx.path}.error_handlers must name at least one error handler.`);
    return new CompositeErrorHandler([first, ...others]);
  },
});
