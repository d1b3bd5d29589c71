import { defineComponent } from '../manifest/define-component';
import { field } from '../manifest/field';

/** What to do about an answer that says the page is too large; read by `PageSizeReducer`. */
export interface PageSizeReduction {
  reductionFactor: number;
  minimumPageSize: number;
  maxAttempts: number;
  backoffSeconds: number;
  retriesAtMinimumPageSize: number;
  failureMessage: string | undefined;
  restoresAfterSuccess: boolean;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    PageSizeReduction: PageSizeReduction;
  }
}

export const pageSizeReduction = defineComponent({
  kind: 'PageSizeReduction',
  type: 'PageSizeReduction',
  title: 'Page size reduction',
  description:
    'When an error handler answers with REDUCE_PAGE_SIZE, the same page is asked for again with a smaller page size. Needs a paginator with page_size_option and a strategy with page_size that does not count pages; not with query properties, a RequestPath token or lazily read parents.',
  fields: {
    reduction_factor: field.number({
      title: 'Reduction factor',
      description: 'The page size is divided by this number and rounded down.',
      default: 2,
      exclusiveMinimum: 1,
      examples: [2, 4],
    }),
    minimum_page_size: field.integer({
      title: 'Minimum page size',
      description: 'No smaller page is asked for. Must be below the page size of the strategy.',
      default: 1,
      minimum: 1,
      examples: [1, 10],
    }),
    max_attempts: field.integer({
      title: 'Maximum reduction attempts',
      description: 'Reductions in a row without a page coming through before the stream fails; each page that comes through starts the count again.',
      default: 5,
      minimum: 1,
      examples: [5, 10],
    }),
    backoff_seconds: field.number({
      title: 'Backoff seconds',
      description: 'The wait before the page is asked for again, times the number of attempts in a row.',
      default: 0.5,
      minimum: 0,
      examples: [0.5, 5],
    }),
    retries_at_minimum_page_size: field.integer({
      title: 'Retries at minimum page size',
      description: 'How often the same page is asked for again once its size cannot shrink further, for APIs that answer the same way when they are only busy.',
      default: 0,
      minimum: 0,
      examples: [0, 3],
    }),
    failure_message: field.string({
      title: 'Failure message',
      description: 'Added to the error when reducing did not help: what the user can do about it.',
      examples: ['Select fewer fields of this stream.'],
    }),
    reset_policy: field.string({
      title: 'Reset policy',
      description: 'When the configured page size comes back: never within a slice, or after each page that came through.',
      enum: ['NEVER', 'AFTER_SUCCESSFUL_PAGE'],
      default: 'NEVER',
    }),
  },
  examples: [
    { type: 'PageSizeReduction' },
    { type: 'PageSizeReduction', reduction_factor: 4, minimum_page_size: 10, reset_policy: 'AFTER_SUCCESSFUL_PAGE' },
  ],
  build: (props) => ({
    reductionFactor: props.reduction_factor,
    minimumPageSize: props.minimum_page_size,
    maxAttempts: props.max_attempts,
    backoffSeconds: props.backoff_seconds,
    retriesAtMinimumPageSize: props.retries_at_minimum_page_size,
    failureMessage: props.failure_message,
    restoresAfterSuccess: props.reset_policy === 'AFTER_SUCCESSFUL_PAGE',
  }),
});
