import { formatPlace, parsePlace } from '../../../src/builder/page/routes';

describe('the address', () => {
  it.each(['#/s/contacts/polling', '#/s/a%20%2Fb', '#/global', '#/inputs?view=yaml', '#/s/contacts/polling?run=7&req=3', '#/'])('%s means the same when it is written again', (hash) => {
    expect(formatPlace(parsePlace(hash))).toBe(hash);
  });

  it('reads names with any character, and anything else as the start', () => {
    expect(parsePlace('#/s/a%20%2Fb/download').route).toEqual({ page: 'stream', stream: 'a /b', tab: 'download' });
    expect(parsePlace('#/s/%E0%A4%A').route).toEqual({ page: 'stream', stream: '%E0%A4%A', tab: '' });
    expect(parsePlace('#whatever').route).toEqual({ page: 'start' });
  });
});
