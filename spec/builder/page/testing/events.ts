import type { TestEvent, TestHappening } from '../../../../src/builder/page-contract';
import { newTestView, withEvent, type TestView } from '../../../../src/builder/page/testing/test-view';

/** A view after these happenings; `at` are milliseconds since the start. */
export function viewOf(happenings: readonly (TestHappening & { at?: number })[], view: TestView = newTestView('t1', 'contacts', true)): TestView {
  let t = 0;
  return happenings.reduce((known, { at, ...happening }) => {
    t = at ?? t;
    return withEvent(known, { seq: known.seq + 1, t, ...happening } as TestEvent);
  }, view);
}

export const started = (more: Partial<Extract<TestHappening, { type: 'started' }>> = {}): TestHappening => ({ type: 'started', streamName: 'contacts', isAsync: true, canAbort: false, jobTimeoutSeconds: 900, ...more });

export function exchange(n: number, more: Partial<Extract<TestHappening, { type: 'exchange' }>> = {}, status = 200): TestHappening {
  return {
    type: 'exchange', n, title: 'Async Job -- Create', kind: 'ASYNC_CREATE', phase: 'creation', job: 'j1', slice: {}, durationMs: 5, cut: false,
    request: { url: 'http://api/exports', headers: {}, http_method: 'POST', body: null },
    response: { status, headers: {}, body: '{}' },
    ...more,
  };
}

export const polling = (n: number, more: Partial<Extract<TestHappening, { type: 'exchange' }>> = {}, status = 200): TestHappening =>
  exchange(n, { title: 'Async Job -- Polling', kind: 'ASYNC_POLL', phase: 'polling', ...more }, status);

export const download = (n: number, more: Partial<Extract<TestHappening, { type: 'exchange' }>> = {}, status = 200): TestHappening =>
  exchange(n, { title: '', kind: 'HTTP', phase: 'download', ...more }, status);

export const job = (phase: string, more: Partial<Extract<TestHappening, { type: 'job' }>> = {}): TestHappening => ({ type: 'job', job: 'j1', slice: {}, phase, attempt: 1, ...more });

export const poll = (n: number, raw: string, status: string | null, more: Partial<Extract<TestHappening, { type: 'poll' }>> = {}): TestHappening => ({
  type: 'poll', job: 'j1', n, raw, status, nextPollMs: null, timeoutLeftMs: null, ...more,
});

export function finished(outcome: 'ok' | 'failed' | 'cancelled', more: Partial<Extract<TestHappening, { type: 'finished' }>['read']> = {}): TestHappening {
  return {
    type: 'finished', outcome,
    read: { logs: [], slices: [], test_read_limit_reached: false, auxiliary_requests: [], inferred_schema: null, inferred_datetime_formats: {}, latest_config_update: null, ...more },
  };
}

export const page = (records: object[]) => ({ records, request: null, response: null }) as never;
