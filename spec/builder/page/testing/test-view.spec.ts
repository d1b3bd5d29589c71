import { announcement, abortSummary, phasesOf, recordCount, waitingFor } from '../../../../src/builder/page/testing/test-phases';
import { newTestView, withEvent } from '../../../../src/builder/page/testing/test-view';
import { download, exchange, finished, job, page, poll, polling, started, viewOf } from './events';

const untilPolling = [
  started(),
  { ...job('creating'), at: 10 },
  { ...exchange(1, {}, 201), at: 300 },
  { ...job('running'), at: 310 },
  { ...polling(2), at: 5300 },
  { ...poll(1, 'pending', 'running', { nextPollMs: 5000, timeoutLeftMs: 895_000 }), at: 5300 },
];
const untilDone = [
  ...untilPolling,
  { ...polling(3), at: 10_300 },
  { ...poll(2, 'ready', 'completed'), at: 10_300 },
  { ...job('ready'), at: 10_310 },
  { ...job('delivering'), at: 10_320 },
  { ...download(4), at: 10_500 },
  { type: 'download' as const, job: 'j1', bytes: 2048, rows: 3, total: null, at: 10_600 },
  { ...job('delivered'), at: 10_700 },
];
const states = (view: Parameters<typeof phasesOf>[0]) => phasesOf(view).map(({ name, state }) => `${name} ${state}`);

describe('the view of a test', () => {
  it('follows a job from its creation to its records', () => {
    expect(states(viewOf(untilPolling.slice(0, 2)))).toEqual(['creation active', 'polling todo', 'download todo']);
    expect(states(viewOf(untilPolling))).toEqual(['creation done', 'polling active', 'download todo']);
    expect(states(viewOf(untilDone.slice(0, 11)))).toEqual(['creation done', 'polling done', 'download active']);
    const view = viewOf([...untilDone, finished('ok', { slices: [{ pages: [page([{}, {}, {}])], slice_descriptor: {}, state: [], auxiliary_requests: [] }] })]);
    expect(states(view)).toEqual(['creation done', 'polling done', 'download done']);
    expect(phasesOf(view).map(({ detail }) => detail)).toEqual(['', '2 polls', '2.0 KiB, 3 rows']);
    expect(phasesOf(view).map(({ since, until }) => [since, until])).toEqual([[10, 310], [310, 10_310], [10_310, 10_700]]);
    expect(recordCount(view)).toBe(3);
  });

  it('lists what happened to the job, each poll with what the API said and what that means', () => {
    const { steps } = viewOf(untilDone).jobs[0]!;
    expect(steps).toEqual([
      { t: 10, kind: 'creating' },
      { t: 300, kind: 'created', httpStatus: 201, exchange: 1 },
      { t: 5300, kind: 'poll', raw: 'pending', status: 'running', exchange: 2 },
      { t: 10_300, kind: 'poll', raw: 'ready', status: 'completed', exchange: 3 },
      { t: 10_310, kind: 'ready' },
      { t: 10_600, kind: 'download' },
      { t: 10_700, kind: 'delivered' },
    ]);
  });

  it('takes each event once, also after a reconnect', () => {
    const once = viewOf(untilPolling);
    expect(withEvent(once, { seq: 6, t: 5300, ...poll(1, 'pending', 'running') })).toBe(once);
    expect(withEvent(once, { seq: 7, t: 5400, ...poll(2, 'pending', 'running') }).jobs[0]!.polls).toBe(2);
  });

  it('says what the test waits for', () => {
    expect(waitingFor(viewOf([started()]), 0)).toBe('Checking the configuration');
    expect(waitingFor(viewOf(untilPolling.slice(0, 2)), 20)).toBe('Creating the job');
    expect(waitingFor(viewOf(untilPolling), 6300)).toBe('Next poll in 4 s, 15 min until the job times out');
    expect(waitingFor(viewOf(untilPolling), 10_300)).toBe('Polling, 15 min until the job times out');
    expect(waitingFor(viewOf(untilDone.slice(0, 12)), 10_600)).toBe('Downloading: 2.0 KiB, 3 rows');
    const limited = viewOf([...untilPolling.slice(0, 2), { type: 'wait', reason: 'Rate limit', ms: 12_000, at: 100 }]);
    expect(waitingFor(limited, 2100)).toBe('Rate limit: 10 s left');
    expect(waitingFor(limited, 12_200)).toBe('Creating the job');
    expect(waitingFor({ ...viewOf(untilPolling), status: 'cancelling' }, 6300)).toBe('Stopping');
  });

  it('marks the phase in which a job failed, and keeps its exchanges', () => {
    const view = viewOf([...untilPolling, { ...job('given_up', { detail: 'unknown status' }), at: 5400 }, finished('failed')]);
    expect(states(view)).toEqual(['creation done', 'polling failed', 'download todo']);
    expect(view.exchanges.map(({ n }) => n)).toEqual([1, 2]);
    const refused = viewOf([started(), job('creating'), exchange(1, {}, 401), finished('failed')]);
    expect(states(refused)).toEqual(['creation failed', 'polling todo', 'download todo']);
  });

  it('does not call a job failed of which enough was read', () => {
    const view = viewOf([...untilDone.slice(0, 12), job('given_up', { detail: 'reader_left' }), finished('ok')]);
    expect(states(view)).toEqual(['creation done', 'polling done', 'download done']);
    expect(view.jobs[0]!.steps.at(-1)!.kind).toBe('enough');
  });

  it('counts polls that were refused among the steps', () => {
    const view = viewOf([...untilPolling, { ...polling(3, {}, 404), at: 10_300 }]);
    expect(view.jobs[0]!.steps.at(-1)).toEqual({ t: 10_300, kind: 'answer', httpStatus: 404, exchange: 3 });
  });

  it('says after a cancel what became of the job at the API', () => {
    const cancelled = (abort: 'sent' | 'failed' | 'none', canAbort = true) =>
      viewOf([started({ canAbort }), ...untilPolling.slice(1), { type: 'cancelled', jobs: [{ job: 'j1', slice: {}, abort }] }, finished('cancelled')]);
    expect(states(cancelled('sent'))).toEqual(['creation done', 'polling cancelled', 'download todo']);
    expect(abortSummary(cancelled('sent'))).toBe('1 job aborted at the API.');
    expect(abortSummary(cancelled('failed'))).toBe('The API did not accept the abort of 1 job.');
    expect(abortSummary(cancelled('none', false))).toBe('1 job may go on at the API, because the stream has no Abort Requester.');
    expect(abortSummary(viewOf([started(), finished('cancelled')]))).toBe('No job had been created.');
    expect(announcement(cancelled('sent'))).toBe('Test cancelled. 1 job aborted at the API.');
  });

  it('keeps a hint once, wherever it comes from', () => {
    const hint = { kind: 'unmapped_status' as const, raw: 'weird', message: 'weird is not mapped' };
    expect(viewOf([...untilPolling, polling(3, { hint }), { type: 'hint', hint }]).hints).toEqual([hint]);
  });

  it('announces changes of the status, not each poll', () => {
    const once = viewOf(untilPolling);
    expect(announcement(once)).toBe('The job is running');
    expect(announcement(viewOf([...untilPolling, poll(2, 'pending', 'running')]))).toBe('The job is running');
    expect(announcement(viewOf([...untilDone, finished('ok')]))).toBe('Test finished: 0 records');
  });

  it('keeps two jobs apart', () => {
    const view = viewOf([
      started(),
      job('creating', { job: 'a', slice: { region: 'EU' } }),
      job('creating', { job: 'b', slice: { region: 'US' } }),
      job('running', { job: 'a', slice: { region: 'EU' } }),
      { ...poll(1, 'pending', 'running', { job: 'a', nextPollMs: 2000 }), at: 100 },
    ]);
    expect(view.jobs.map(({ slice, place }) => [slice, place])).toEqual([[{ region: 'EU' }, 'polling'], [{ region: 'US' }, 'creation']]);
    expect(states(view)).toEqual(['creation active', 'polling active', 'download todo']);
    expect(waitingFor(view, 100)).toBe('Next poll of region: EU in 2 s');
  });

  it('has one phase for a synchronous stream', () => {
    const view = viewOf([started({ isAsync: false }), exchange(1, { title: '', kind: 'HTTP', phase: null, job: null })], newTestView('t1', 'lists', false));
    expect(phasesOf(view).map(({ label, state, detail }) => [label, state, detail])).toEqual([['Requests', 'active', '1 request']]);
  });
});
