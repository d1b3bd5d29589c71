import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { HttpRequestRegexMatcher, requestMatcherFields, type BudgetedRequest } from '../api-budget/request-matcher';

/** A pool of calls that each token has (`TokenQuota`). */
export interface TokenQuota {
  readonly name: string;
  /** Where the answer of the quota status source has the pool's numbers. */
  readonly remainingPath: readonly string[];
  readonly resetPath: readonly string[];
  readonly limitPath: readonly string[] | undefined;
  /** Headers of ordinary answers with the same numbers, in lower case. */
  readonly remainingHeader: string | undefined;
  readonly resetHeader: string | undefined;
  readonly limitHeader: string | undefined;
  readonly exhaustionStatuses: readonly number[];
  /** Undefined for a pool without matchers: the default one. */
  readonly matches: ((request: BudgetedRequest) => boolean) | undefined;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    TokenQuota: TokenQuota;
  }
}

const path = (what: string, last: string) => ({ title: `Path of the ${what}`, description: `Where the quota status answer has the ${what} of this pool.`, examples: [['resources', 'core', last]] });
const header = (what: string, example: string) => field.string({ title: `Header of the ${what}`, description: `A header of ordinary answers with the ${what}; keeps the count right when others use the token, too.`, examples: [example] });

export const tokenQuota = defineComponent({
  kind: 'TokenQuota',
  type: 'TokenQuota',
  title: 'Quota of a token',
  description: 'A pool of calls that each token has, and the requests that take from it.',
  fields: {
    name: required(field.string({ title: 'Name', description: 'Names the pool in logs and errors.', examples: ['rest', 'graphql'] })),
    remaining_path: required(field.array(field.string(), path('remaining calls', 'remaining'))),
    reset_path: required(field.array(field.string(), path('time of the reset', 'reset'))),
    limit_path: field.array(field.string(), path('total calls', 'limit')),
    matchers: field.array(field.record(requestMatcherFields), {
      title: 'Matchers',
      description: 'Which requests take from the pool: one fitting matcher suffices, the first fitting pool counts. A pool without matchers takes all others.',
    }),
    remaining_header: header('remaining calls', 'X-RateLimit-Remaining'),
    reset_header: header('time of the reset', 'X-RateLimit-Reset'),
    limit_header: header('total calls', 'X-RateLimit-Limit'),
    exhaustion_status_codes: field.array(field.integer(), {
      title: 'Statuses of a spent pool',
      description: 'Answers with one of these statuses mean that the pool of the token is spent. List only statuses that mean nothing else.',
      examples: [[429]],
    }),
  },
  examples: [
    {
      type: 'TokenQuota',
      name: 'rest',
      remaining_path: ['resources', 'core', 'remaining'],
      reset_path: ['resources', 'core', 'reset'],
      limit_path: ['resources', 'core', 'limit'],
      remaining_header: 'X-RateLimit-Remaining',
      reset_header: 'X-RateLimit-Reset',
    },
    {
      type: 'TokenQuota',
      name: 'graphql',
      remaining_path: ['resources', 'graphql', 'remaining'],
      reset_path: ['resources', 'graphql', 'reset'],
      matchers: [{ url_path_pattern: '/graphql$' }],
      exhaustion_status_codes: [429],
    },
  ],
  build: (props, ctx) => {
    const matchers = (props.matchers ?? []).map((each, index) => new HttpRequestRegexMatcher(each, `${ctx.path}.matchers[${index}]`));
    return {
      name: props.name,
      remainingPath: props.remaining_path,
      resetPath: props.reset_path,
      limitPath: props.limit_path,
      remainingHeader: props.remaining_header?.toLowerCase(),
      resetHeader: props.reset_header?.toLowerCase(),
      limitHeader: props.limit_header?.toLowerCase(),
      exhaustionStatuses: props.exhaustion_status_codes ?? [],
      matches: matchers.length > 0 ? (request) => matchers.some((matcher) => matcher.matches(request)) : undefined,
    };
  },
});
