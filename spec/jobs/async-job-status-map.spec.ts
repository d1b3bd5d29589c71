import { AsyncJobStatusMap, asyncJobStatusMap } from '../../src/jobs/async-job-status-map';
import { buildComponent } from '../support/fake-runtime';

const map = new AsyncJobStatusMap({ running: ['pending', '3'], completed: ['ready', 'True'], failed: ['None'], timeout: [], skipped: ['empty'] });

describe('a status mapping', () => {
  it.each([
    ['pending', 'running'],
    ['3', 'running'],
    ['ready', 'completed'],
    ['True', 'completed'],
    ['None', 'failed'],
    ['empty', 'skipped'],
    ['Ready', undefined],
    ['ready ', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('takes %p for %p', (value, status) => {
    expect(map.statusOf(value)).toBe(status);
  });

  it('describes itself without empty lists', () => {
    expect(map.describe()).toBe('running: ["pending","3"], completed: ["ready","True"], failed: ["None"], skipped: ["empty"]');
  });

  it('refuses a value in two lists, as the reference does', () => {
    expect(() => new AsyncJobStatusMap({ running: ['x'], completed: ['x'] }, 'streams[0].retriever.status_mapping')).toThrow(/streams\[0\].*"x".*running.*completed/);
  });

  it('is built from its example', () => {
    expect(buildComponent('AsyncJobStatusMap', asyncJobStatusMap.examples[0]!).statusOf('ready')).toBe('completed');
  });
});
