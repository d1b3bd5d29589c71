import { RunProgress } from '../../../src/cli/progress/run-progress';
import type { JobEvent } from '../../../src/platform/events';

const job = (jobId: string, phase: string, more: Partial<JobEvent> = {}): JobEvent => ({ type: 'job', streamName: 'a', jobId, slice: {}, phase, attempt: 1, polls: 0, at: 0, ...more });

describe('RunProgress', () => {
  it('counts the jobs of a stream by phase, those that are over once', () => {
    const progress = new RunProgress(0);
    for (const event of [job('1', 'planned'), job('2', 'planned'), job('1', 'running'), job('1', 'delivered'), job('1', 'delivered'), job('3', 'given_up')]) progress.hear(event);
    expect([...progress.streams[0]!.phases()]).toEqual([['delivered', 1], ['planned', 1]]);
  });

  it('knows when the next poll is', () => {
    const progress = new RunProgress(0);
    progress.hear(job('1', 'running', { at: 1000, nextPollMs: 5000 }));
    progress.hear(job('2', 'running', { at: 2000, nextPollMs: 1000 }));
    expect(progress.streams[0]!.nextPollAt()).toBe(3000);
    progress.hear(job('2', 'delivering', { at: 3000 }));
    expect(progress.streams[0]!.nextPollAt()).toBe(6000);
  });

  it('adds the bytes of all jobs, each by its newest count', () => {
    const progress = new RunProgress(0);
    const download = (jobId: string, bytes: number) => progress.hear({ type: 'download', streamName: 'a', jobId, bytes, records: 0, at: 0 });
    progress.hear(job('1', 'delivering'));
    download('1', 100);
    download('1', 300);
    download('2', 50);
    progress.hear(job('1', 'delivered'));
    expect(progress.totals().bytes).toBe(350);
  });

  it('gives the rates of the last five seconds', () => {
    const progress = new RunProgress(0);
    const records = (count: number) => progress.hear({ type: 'stream', streamName: 'a', status: 'RUNNING', records: count, at: 0 });
    expect(progress.rates(0)).toBeUndefined();
    records(1000);
    expect(progress.rates(100)).toBeUndefined();
    expect(progress.rates(1000)).toEqual({ records: 1000, bytes: 0 });
    // Ten seconds without news: the burst at the start is forgotten.
    for (let now = 2000; now <= 10_000; now += 1000) progress.rates(now);
    expect(progress.rates(11_000)).toEqual({ records: 0, bytes: 0 });
  });
});
