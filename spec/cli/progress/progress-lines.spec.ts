import { jobsText, progressLines, progressSummary, type View } from '../../../src/cli/progress/progress-lines';
import { RunProgress } from '../../../src/cli/progress/run-progress';
import { columnsOf } from '../../../src/cli/progress/terminal-text';
import type { StreamStatus } from '../../../src/protocol/airbyte';

const view = (more: Partial<View> = {}): View => ({ width: 100, height: 10, colour: false, unicode: true, now: 10_000, ...more });
const stream = (streamName: string, status: StreamStatus, records = 0, failure?: string) => ({ type: 'stream', streamName, status, records, at: 0, ...(failure ? { failure } : {}) }) as const;

function example(): RunProgress {
  const progress = new RunProgress(0);
  progress.hear(stream('contacts', 'RUNNING', 12_345));
  for (const [jobId, phase] of [['1', 'delivering'], ['2', 'running'], ['3', 'planned']] as const) {
    progress.hear({ type: 'job', streamName: 'contacts', jobId, slice: {}, phase, attempt: 1, polls: 0, at: 9000, ...(phase === 'running' ? { nextPollMs: 5000 } : {}) });
  }
  progress.hear({ type: 'download', streamName: 'contacts', jobId: '1', bytes: 4_200_000, records: 1, at: 0 });
  return progress;
}

describe('progressLines', () => {
  it('shows rows, bytes and jobs by phase, and when the next poll is', () => {
    expect(progressLines(example(), view())).toEqual([
      '▸ contacts     12,345 rows    4.2 MB  1 planned, 1 running (next poll in 4 s), 1 downloading',
      '  0 of 1 stream done, 12,345 rows, 4.2 MB, 10 s',
    ]);
  });

  it('says what a stream waits for, until the wait is over', () => {
    const progress = example();
    progress.hear({ type: 'wait', streamName: 'contacts', reason: 'HTTP 429\u001b[2J', ms: 30_000, at: 9000 });
    expect(progressLines(progress, view())[0]).toContain('waits 29 s: HTTP 429  1 planned');
    expect(progressLines(progress, view({ now: 39_001 }))[0]).not.toContain('waits');
  });

  it('says why a stream ended early', () => {
    const progress = example();
    progress.hear(stream('contacts', 'INCOMPLETE', 12_345, 'the API says no'));
    expect(progressLines(progress, view())[0]).toMatch(/^✗ contacts .*the API says no$/);
  });

  it.each([20, 40, 79])('keeps to %i columns', (width) => {
    const progress = example();
    progress.hear(stream('名前の長いストリーム'.repeat(5), 'RUNNING', 5));
    for (const line of progressLines(progress, view({ width }))) expect(columnsOf(line)).toBeLessThanOrEqual(width);
  });

  it('keeps to the height, with those at work first', () => {
    const progress = new RunProgress(0);
    for (let number = 1; number <= 20; number += 1) progress.hear(stream(`s${number}`, number === 20 ? 'RUNNING' : 'COMPLETE', 1));
    const lines = progressLines(progress, view({ height: 5 }));
    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain('s20');
    expect(lines[3]).toContain('17 more streams');
    expect(lines[4]).toContain('19 of 20 streams done');
  });

  it('colours only when it may', () => {
    const progress = new RunProgress(0);
    progress.hear(stream('a', 'COMPLETE', 1));
    expect(progressLines(progress, view({ colour: true }))[0]).toBe('\u001b[32m✓ a          1 rows\u001b[0m');
    expect(progressLines(progress, view({ unicode: false }))[0]).toBe('+ a          1 rows');
  });

  it('sums up in one line', () => {
    expect(progressSummary(example(), 10_000)).toBe('0 of 1 stream done, 12,345 rows, 4.2 MB, 10 s; 1 planned, 1 running, 1 downloading');
  });

  it('has words for no jobs', () => {
    expect(jobsText(new Map())).toBe('');
  });
});
