import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { retryAfterSeconds } from '../../../src/requests/backoff/retry-after';
import type { ResponseView } from '../../../src/requests/error-handlers/error-handler';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';

// FakeClock starts at 2024-03-01T12:00:00Z
const NOW = 1_709_294_400;

function view(headers: Record<string, string> = {}, body: JsonValue = {}): ResponseView {
  return { status: 429, headers, url: 'http://h/x', json: async () => body, text: async () => JSON.stringify(body) };
}

const wait = (model: JsonObject, outcome: ResponseView | Error, attempt = 1, config: JsonObject = {}) =>
  buildComponent('BackoffStrategy', model, { config, runtime: fakeRuntime() }).backoffSeconds(outcome, attempt);

const CASES: { strategy: JsonObject; headers?: Record<string, string>; body?: JsonValue; config?: JsonObject; attempt?: number; seconds: number | undefined }[] = [
  { strategy: { type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 30 }, seconds: 30 },
  { strategy: { type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 30.5, jitter_range_in_seconds: 10 }, seconds: 40.5 }, // random() is 0.5
  { strategy: { type: 'ConstantBackoffStrategy', backoff_time_in_seconds: "{{ config['t'] }}" }, config: { t: 7 }, seconds: 7 },
  { strategy: { type: 'ExponentialBackoffStrategy' }, seconds: 10 },
  { strategy: { type: 'ExponentialBackoffStrategy' }, attempt: 3, seconds: 40 },
  { strategy: { type: 'ExponentialBackoffStrategy', factor: '1.5', jitter_range_in_seconds: 2 }, attempt: 2, seconds: 8 },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After' }, headers: { 'retry-after': '12.5' }, seconds: 12.5 },
  { strategy: { type: 'WaitTimeFromHeader', header: "{{ config['h'] }}" }, config: { h: 'X-Wait' }, headers: { 'x-wait': '3' }, seconds: 3 },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After' }, headers: { 'retry-after': 'Fri, 01 Mar 2024 12:01:00 GMT' }, seconds: 60 },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After' }, headers: { 'retry-after': '0' }, seconds: undefined },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After' }, headers: { 'retry-after': 'later' }, seconds: undefined },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After' }, seconds: undefined },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After', regex: '[0-9]+' }, headers: { 'retry-after': '61s' }, seconds: 61 },
  { strategy: { type: 'WaitTimeFromHeader', header: 'Retry-After', regex: 'wait (?P<n>\\d+)' }, headers: { 'retry-after': 'wait 9 seconds' }, seconds: 9 },
  { strategy: { type: 'WaitUntilTimeFromHeader', header: 'reset' }, headers: { reset: String(NOW + 25) }, seconds: 25 },
  { strategy: { type: 'WaitUntilTimeFromHeader', header: 'reset', min_wait: 60 }, headers: { reset: String(NOW + 25) }, seconds: 60 },
  { strategy: { type: 'WaitUntilTimeFromHeader', header: 'reset', min_wait: '60' }, seconds: 60 },
  { strategy: { type: 'WaitUntilTimeFromHeader', header: 'reset' }, headers: { reset: String(NOW - 25) }, seconds: undefined },
  { strategy: { type: 'WaitUntilTimeFromHeader', header: 'reset' }, seconds: undefined },
  { strategy: { type: 'WaitTimeFromResponse', wait_time_in_seconds: '{{ response.wait }}' }, body: { wait: 8 }, seconds: 8 },
  { strategy: { type: 'WaitTimeFromResponse', wait_time_in_seconds: "{{ headers['X-Wait'] }}" }, headers: { 'x-wait': '4.5' }, seconds: 4.5 },
  ...[0, -1, 'soon', null, ''].map((value) => ({ strategy: { type: 'WaitTimeFromResponse', wait_time_in_seconds: '{{ response.wait }}' }, body: { wait: value }, seconds: undefined })),
  { strategy: { type: 'WaitTimeFromResponse', wait_time_in_seconds: '{{ response.a.b }}' }, body: [1], seconds: undefined },
];

it.each(CASES)('$strategy, headers $headers, body $body, attempt $attempt: $seconds', async ({ strategy, headers, body, config, attempt, seconds }) => {
  expect(await wait(strategy, view(headers, body), attempt, config)).toBe(seconds);
});

it.each([
  [{ type: 'WaitTimeFromHeader', header: 'h' }, undefined],
  [{ type: 'WaitUntilTimeFromHeader', header: 'h' }, undefined],
  [{ type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 2 }, 2],
])('%j for a transport error: %p', async (model, seconds) => {
  expect(await wait(model, new Error('reset'))).toBe(seconds);
});

it.each([
  [{ type: 'WaitTimeFromHeader', header: 'h', max_waiting_time_in_seconds: 60 }, view({ h: '60' })],
  [{ type: 'WaitTimeFromHeader', header: 'h', max_waiting_time_in_seconds: 0 }, view({ h: '1' })],
  [{ type: 'WaitUntilTimeFromHeader', header: 'h', min_wait: 90, max_waiting_time_in_seconds: "{{ config['m'] * 60 }}" }, view()],
  [{ type: 'WaitTimeFromResponse', wait_time_in_seconds: '{{ response.w }}', max_waiting_time_in_seconds: 60 }, view({}, { w: 100 })],
])('%j refuses a wait that reaches its limit', async (model, outcome) => {
  await expect(wait(model, outcome, 1, { m: 1 })).rejects.toMatchObject({ code: 'http.wait_too_long', failureType: 'transient_error', recovery: 'wait_for_capacity' });
});

it('a limit that is no number is found at build', () => {
  expect(() => buildComponent('BackoffStrategy', { type: 'WaitTimeFromHeader', header: 'h', max_waiting_time_in_seconds: "{{ config['none'] }}" })).toThrow(/max_waiting_time_in_seconds/);
});

it.each([
  ['5', 5],
  ['-5', 0],
  ['Fri, 01 Mar 2024 12:00:10 GMT', 10],
  ['Fri, 01 Mar 2024 11:00:00 GMT', 0],
  ['Friday, 01-Mar-24 12:00:10 GMT', 10],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %p is %p seconds', (value, seconds) => {
  expect(retryAfterSeconds(value, NOW * 1000)).toBe(seconds);
});

it('an invalid regex is found at build', () => {
  expect(() => buildComponent('BackoffStrategy', { type: 'WaitTimeFromHeader', header: 'h', regex: '(' })).toThrow(/regular expression/);
});
