import { cancelPolicy } from '../../src/jobs/cancel-policy';
import { ConnectorError } from '../../src/errors/connector-error';
import type { FakeRuntime } from '../support/fake-runtime';
import { deliver, setUp, settled, slicesOf, type FakeJobApi } from './fake-job-api';

it.each<[string | undefined, string | undefined, ReturnType<typeof cancelPolicy>]>([
  [undefined, undefined, { jobs: 'leave', graceMs: 10_000 }],
  ['abort', '2.5', { jobs: 'abort', graceMs: 2_500 }],
  [' ABORT ', '0', { jobs: 'abort', graceMs: 0 }],
  ['kill', '-1', { jobs: 'leave', graceMs: 10_000 }],
  ['', 'soon', { jobs: 'leave', graceMs: 10_000 }],
  ['leave', '1e99', { jobs: 'leave', graceMs: 3_600_000 }],
])('SOURCE_ON_CANCEL=%s and SOURCE_GRACE_SECONDS=%s', (jobs, seconds, expected) => {
  expect(cancelPolicy({ SOURCE_ON_CANCEL: jobs, SOURCE_GRACE_SECONDS: seconds })).toEqual(expected);
});

function cancelAtPoll(count: number, api: FakeJobApi, runtime: FakeRuntime): void {
  const { poll } = api;
  api.poll = (job, signal) => {
    if (api.count('poll') === count - 1) runtime.cancel();
    return poll.call(api, job, signal);
  };
}

describe('a run that is cancelled', () => {
  it.each<['leave' | 'abort', number]>([
    ['leave', 0],
    ['abort', 2],
  ])('with the policy %s aborts %i running jobs', async (jobs, aborted) => {
    const { orchestrator, api, runtime, tracker } = setUp({ slices: slicesOf('a', 'b'), limit: 2, scripts: () => ({ polls: ['running'] }), cancel: { jobs } });
    cancelAtPoll(4, api, runtime);
    await deliver(orchestrator);
    expect([api.count('abort'), tracker.inUse]).toEqual([aborted, 0]);
  });

  it('ends although an abort fails', async () => {
    const { orchestrator, api, runtime } = setUp({ scripts: () => ({ polls: ['running'] }), cancel: { jobs: 'abort' } });
    api.abortError = ConnectorError.transient('http.timeout', 'no');
    cancelAtPoll(2, api, runtime);
    await deliver(orchestrator);
    expect(runtime.logs.map(({ message }) => message).join()).toContain('could not be aborted');
  });

  it('waits a while for a creation that is under way, and starts no other', async () => {
    const { orchestrator, api, runtime } = setUp({ slices: slicesOf('a', 'b', 'c') });
    const noted: string[] = [];
    const { create } = api;
    let answered: () => void = () => undefined;
    api.create = async (slice, signal) => {
      if (api.count('create') > 0) return create.call(api, slice, signal);
      await new Promise<void>((resolve) => (answered = resolve));
      noted.push(signal.aborted ? 'given up' : 'created');
      return create.call(api, slice, signal);
    };
    const delivering = deliver(orchestrator);
    await settled(api);
    runtime.cancel();
    answered();
    await delivering;
    expect(noted).toEqual(['created']);
    expect(api.count('create')).toBe(1);
  });
});
