import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { Runtime } from '../../platform/runtime';
import type { JsonValue } from '../../protocol/json';
import { prepareUrl } from '../prepare-url';
import { shownUrl } from '../shown-url';
import { exchange, shortened } from './auth-exchange';
import { valueAt } from './config-path';
import { parseInstant } from './expiry';
import { secretText } from './secret-text';
import type { PoolState } from './token-pools';
import type { TokenQuota } from './token-quota';

/** Tells how many calls a token has left (`QuotaStatusSource`). */
export interface QuotaStatusSource {
  /** What the source asks, for recognising equal ones. */
  identity(): JsonValue;
  /** The state of each pool by its name; `credentials` are the headers that identify the token. */
  fetch(credentials: Record<string, string>, quotas: readonly TokenQuota[], runtime: Runtime): Promise<Map<string, PoolState>>;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    QuotaStatusSource: QuotaStatusSource;
  }
}

export const quotaStatusSource = defineComponent({
  kind: 'QuotaStatusSource',
  type: 'QuotaStatusSource',
  title: 'Quota status',
  description: 'The address that tells how many calls a token has left. Asked once a token at the start, and after waiting for a reset.',
  fields: {
    url: required(field.template({ title: 'URL', description: 'The full address.', examples: ['https://api.github.com/rate_limit', "{{ config.get('api_url', 'https://api.github.com') }}/rate_limit"] })),
    http_method: field.string({ title: 'HTTP method', description: 'How it is asked.', enum: ['GET', 'POST'], default: 'GET' }),
    request_headers: field.map(field.template(), { title: 'Headers', description: 'Further headers of the request.' }),
    unavailable_status_codes: field.array(field.integer(), {
      title: 'Statuses without a count',
      description: 'Answers with one of these statuses mean that the API keeps no count (rate limiting is off): the token is then used without counting for the rest of the sync. Do not list 401 and 403.',
      examples: [[404]],
    }),
  },
  examples: [{ type: 'QuotaStatusSource', url: 'https://api.github.com/rate_limit', unavailable_status_codes: [404] }],
  build: ({ url, http_method, request_headers, unavailable_status_codes = [] }, ctx) => {
    const address = () => prepareUrl(secretText(url).trim(), {});
    const headers = () => Object.fromEntries(Object.entries(request_headers ?? {}).map(([name, value]) => [name, secretText(value)]));
    return {
      identity: () => [address(), http_method, headers(), [...new Set(unavailable_status_codes)].sort((a, b) => a - b)],
      async fetch(credentials, quotas, runtime) {
        const answer = await exchange(
          {
            method: http_method,
            url: address(),
            headers: { ...headers(), ...credentials },
            title: 'Quota status',
            description: 'Obtains the remaining calls of a token',
            final: unavailable_status_codes,
          },
          runtime,
        );
        if (unavailable_status_codes.includes(answer.status)) return untracked(quotas, runtime.clock.now());
        if (answer.status >= 400) throw refused(address(), answer.status, answer.text);
        return new Map(quotas.map((quota) => [quota.name, readState(answer.json ?? null, quota, ctx.path)]));
      },
    };
  },
});

function untracked(quotas: readonly TokenQuota[], now: number): Map<string, PoolState> {
  return new Map(quotas.map(({ name }) => [name, { remaining: 0, resetAt: now, limit: 0, tracked: false }]));
}

function readState(answer: JsonValue, quota: TokenQuota, path: string): PoolState {
  const read = (what: string, at: readonly string[], parse: (text: string) => number | undefined): number => {
    const value = valueAt(answer, at);
    const parsed = value === undefined || value === null || typeof value === 'object' ? undefined : parse(String(value));
    if (parsed !== undefined) return parsed;
    throw ConnectorError.system(
      'auth.bad_quota_status',
      `${path}: the quota status answer has no usable ${what} at ${at.join(' → ')} for the quota "${quota.name}". Correct the paths of the quota.`,
    );
  };
  const remaining = read('remaining count', quota.remainingPath, wholeNumber);
  return {
    remaining,
    resetAt: read('reset time', quota.resetPath, (text) => parseInstant(text)),
    limit: quota.limitPath ? read('limit', quota.limitPath, wholeNumber) : remaining,
    tracked: true,
  };
}

/** Undefined for anything that is no number. */
export function wholeNumber(text: string): number | undefined {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? undefined : Math.trunc(number);
}

function refused(url: string, status: number, body: string): ConnectorError {
  const credentials = status === 401 || status === 403;
  const make = credentials ? ConnectorError.config : ConnectorError.system;
  const advice = credentials ? 'One of the tokens in the config is not valid.' : 'Check the url of quota_status_source.';
  return make('auth.quota_status_refused', `The quota status at ${shownUrl(url)} answered ${status}. ${advice}`, { internalMessage: `HTTP ${status}: ${shortened(body)}` });
}
