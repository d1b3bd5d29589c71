import { parseLinkHeader } from '../../../src/requests/paginators/link-header';
import { LinkedHeaders } from '../../../src/requests/paginators/linked-headers';

describe('a Link header', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['<https://a/2>; rel="next"', { next: { url: 'https://a/2', rel: 'next' } }],
    ["<https://a/2>; rel='next', <https://a/9>; rel=last", { next: { url: 'https://a/2', rel: 'next' }, last: { url: 'https://a/9', rel: 'last' } }],
    ['<https://a/2?x=1,2>; rel="next"; results="true"', { next: { url: 'https://a/2?x=1,2', rel: 'next', results: 'true' } }],
    ['<https://a/2>; rel="next"; cursor="a=b="', { next: { url: 'https://a/2', rel: 'next', cursor: 'a=b=' } }],
    ['<https://a/front.jpeg>', { 'https://a/front.jpeg': { url: 'https://a/front.jpeg' } }],
  ])('%j is read', (header, expected) => {
    expect(parseLinkHeader(header)).toEqual(expected);
  });
});

describe('headers for templates', () => {
  const headers = new LinkedHeaders({ link: '<https://a/2>; rel="next"', 'x-total': '5' });

  it('have the parsed links under link, and the text under any other case', () => {
    expect(headers.get('link')).toEqual({ next: { url: 'https://a/2', rel: 'next' } });
    expect(headers.get('Link')).toBe('<https://a/2>; rel="next"');
    expect(headers.get('X-Total')).toBe('5');
  });

  it('always have link', () => {
    const none = new LinkedHeaders({ 'x-total': '5' });
    expect(none.has('link')).toBe(true);
    expect(none.get('link')).toEqual({});
    expect(none.has('Link')).toBe(false);
    expect(none.keys()).toEqual(['x-total', 'link']);
  });
});
