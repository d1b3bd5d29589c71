import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SmallHeap } from '../../src/platform/small-heap';

// The settings are those of a whole process: here they are only written down.
jest.mock('node:v8', () => ({ setFlagsFromString: jest.fn() }));
jest.mock('node:vm', () => ({ runInNewContext: jest.fn() }));

const MEGABYTE = 1 << 20;

describe('SmallHeap', () => {
  const collect = jest.fn();
  let heap: SmallHeap;

  beforeEach(() => {
    jest.clearAllMocks();
    jest.mocked(runInNewContext).mockReturnValue(collect);
    heap = new SmallHeap();
  });

  it('holds both generations to a size, and takes the collector after it was made visible', () => {
    const flags = jest.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);
    expect(flags).toEqual(expect.arrayContaining(['--semi-space-growth-factor=1', '--heap-growing-percent=100', '--expose-gc']));
    expect(runInNewContext).toHaveBeenCalledWith('gc');
    const [exposed] = jest.mocked(setFlagsFromString).mock.invocationCallOrder.slice(flags.indexOf('--expose-gc'));
    expect(exposed).toBeLessThan(jest.mocked(runInNewContext).mock.invocationCallOrder[0]!);
  });

  it('collects nothing before 2 MB have come, then the young generation, once', () => {
    heap.passed(2 * MEGABYTE - 1);
    expect(collect).not.toHaveBeenCalled();
    heap.passed(1);
    expect(collect.mock.calls).toEqual([[{ type: 'minor' }]]);
  });

  it('lets the V8 of Node 20 optimise later', () => {
    const flags = jest.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);
    expect(flags.includes('--interrupt-budget=300000')).toBe(process.versions.v8.startsWith('11.'));
  });

  it('counts anew after each time', () => {
    for (let megabytes = 0; megabytes < 5; megabytes += 1) heap.passed(MEGABYTE);
    expect(collect).toHaveBeenCalledTimes(2);
    heap.passed(MEGABYTE);
    expect(collect).toHaveBeenCalledTimes(3);
  });

  it('collects once for a chunk that is larger than that', () => {
    heap.passed(20 * MEGABYTE);
    expect(collect).toHaveBeenCalledTimes(1);
    heap.passed(MEGABYTE);
    expect(collect).toHaveBeenCalledTimes(1);
  });
});
