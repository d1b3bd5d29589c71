import { PageSizeReducer } from '../../src/streams/page-size-reducer';
import type { PageSizeReduction } from '../../src/streams/page-size-reduction';
import { buildComponent } from '../support/fake-runtime';

const reducer = (model: object = {}, configured: number | undefined = 100) =>
  new PageSizeReducer(buildComponent('PageSizeReduction', { type: 'PageSizeReduction', ...model }) as PageSizeReduction, configured, 'things');

describe('the page size', () => {
  it('is halved and rounded down, with growing waits', () => {
    const subject = reducer();
    expect([subject.reduce('x'), subject.reduce('x'), subject.reduce('x')]).toMatchObject([
      { pageSize: 50, waitMs: 500 },
      { pageSize: 25, waitMs: 1000 },
      { pageSize: 12, waitMs: 1500 },
    ]);
  });

  it('may be divided by a fraction', () => {
    expect(reducer({ reduction_factor: 1.5 }).reduce('x').pageSize).toBe(66);
  });

  it('never goes below the minimum', () => {
    const subject = reducer({ minimum_page_size: 40 });
    expect([subject.reduce('x').pageSize, subject.reduce('x').pageSize]).toEqual([50, 40]);
    expect(() => subject.reduce('x')).toThrow(/smallest size that may be asked for/);
  });

  it('is asked for again at the minimum as often as told, and after a page came through as often again', () => {
    const subject = reducer({ minimum_page_size: 50, retries_at_minimum_page_size: 2, backoff_seconds: 1 });
    subject.reduce('x');
    const retries = () => [subject.reduce('x'), subject.reduce('x')].map(({ pageSize, waitMs }) => [pageSize, waitMs]);
    expect(retries()).toEqual([[50, 1000], [50, 2000]]);
    subject.succeeded();
    expect(retries()).toEqual([[50, 1000], [50, 2000]]);
    expect(() => subject.reduce('x')).toThrow(expect.objectContaining({ failureType: 'transient_error' }));
  });

  it('counts attempts in a row only', () => {
    const subject = reducer({ max_attempts: 2 }, 1000);
    for (let page = 0; page < 3; page += 1) {
      subject.reduce('x');
      subject.succeeded();
    }
    subject.reduce('x');
    subject.reduce('x');
    expect(() => subject.reduce('x')).toThrow(/2 reductions in a row/);
  });

  it('stays reduced unless the policy restores it', () => {
    const never = reducer();
    const restoring = reducer({ reset_policy: 'AFTER_SUCCESSFUL_PAGE' });
    const sizes = [never, restoring].map((subject) => {
      subject.reduce('x');
      subject.succeeded();
      return [subject.pageSize, subject.reduce('x').pageSize];
    });
    expect(sizes).toEqual([[50, 25], [100, 50]]);
  });

  it.each([
    [{}, undefined, /sends no page size/],
    [{ minimum_page_size: 100 }, 100, /not above minimum_page_size/],
  ])('that cannot be reduced is an error of the manifest', (model, configured, message) => {
    const subject = new PageSizeReducer(buildComponent('PageSizeReduction', { type: 'PageSizeReduction', ...model }) as PageSizeReduction, configured, 'things');
    expect(() => subject.reduce('x')).toThrow(expect.objectContaining({ failureType: 'config_error', message: expect.stringMatching(message) }));
  });
});
