import { explanation } from '../../src/cli/explanation';

describe('explanation', () => {
  it('says what a code means', () => {
    const { text, isKnown } = explanation('jobs.unknown_status');
    expect(isKnown).toBe(true);
    expect(text).toMatch(/^jobs\.unknown_status\n {2}The API sent a status .*\n {2}Add the value /);
  });

  it('says what a part means', () => {
    const { text } = explanation('journal');
    expect(text.split('\n').filter((line) => /^\S/.test(line))).toEqual(['journal.locked', 'journal.unusable']);
  });

  it('names similar codes for one that it does not know', () => {
    expect(explanation('job.unknown_status')).toEqual({ isKnown: false, text: 'There is no code job.unknown_status. Similar: jobs.unknown_status.\n' });
    expect(explanation('no.such_thing')).toEqual({ isKnown: false, text: expect.stringContaining('lists all') });
  });
});
