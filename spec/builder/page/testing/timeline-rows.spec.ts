import { rowTime, timelineRows } from '../../../../src/builder/page/testing/timeline-rows';
import { exchange, job, poll, started, viewOf } from './events';

const pending = (from: number, times: number) => Array.from({ length: times }, (_, at) => ({ ...poll(at, 'pending', 'running'), at: from + 1000 * at }));

describe('a timeline', () => {
  const [known] = viewOf([
    started(),
    job('creating'),
    { ...exchange(1, {}, 201), at: 300 },
    ...pending(1000, 3),
    ...Array.from({ length: 4 }, (_, at) => ({ ...poll(at, 'slow', 'running'), at: 4000 + 1000 * at })),
    { ...poll(8, 'odd', null), at: 8000 },
    { ...job('given_up', { detail: 'unknown_status' }), at: 8010 },
  ]).jobs;

  it('has a line for each step, with the time since the one before', () => {
    expect(timelineRows(known!, false).map(({ t, after, what, raw, mapped }) => [t, after, what, raw, mapped])).toEqual([
      [0, null, 'Creating the job', '', ''],
      [300, 300, 'Create: 201', '', ''],
      [1000, 700, 'Poll', 'pending', 'running'],
      [2000, 1000, 'Poll', 'pending', 'running'],
      [3000, 1000, 'Poll', 'pending', 'running'],
      [4000, 1000, 'Poll', 'slow', 'running'],
      [5000, 1000, 'Poll', 'slow', 'running'],
      [6000, 1000, 'Poll', 'slow', 'running'],
      [7000, 1000, 'Poll', 'slow', 'running'],
      [8000, 1000, 'Poll', 'odd', 'not mapped'],
      [8010, 10, 'Failed: the status is not mapped', '', ''],
    ]);
  });

  it('folds long runs of polls that say the same', () => {
    const lines = timelineRows(known!, true);
    expect(lines.map(({ raw, times }) => `${raw} ${times}`)).toEqual([' 1', ' 1', 'pending 1', 'pending 1', 'pending 1', 'slow 4', 'odd 1', ' 1']);
    expect(lines.map(rowTime).slice(4, 7)).toEqual(['3.0 s', 'from 4.0 s', '8.0 s']);
  });

  it('folds two thousand polls', () => {
    const [long] = viewOf([started(), job('creating'), ...pending(1000, 2000)]).jobs;
    expect(timelineRows(long!, true).map(({ times }) => times)).toEqual([1, 2000]);
  });
});
