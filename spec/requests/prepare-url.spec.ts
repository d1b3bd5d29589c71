import * as fc from 'fast-check';
import { joinUrl, prepareUrl } from '../../src/requests/prepare-url';
import { formEncode, jsonEncode } from '../../src/requests/request-encoding';

// Expected values were observed with the reference against a local server.
describe('joinUrl', () => {
  it.each([
    ['https://h/api/', 'items', 'https://h/api/items'],
    ['https://h/api', 'items', 'https://h/api/items'],
    ['https://h/api', '', 'https://h/api'],
    ['https://h/api/', '', 'https://h/api/'],
    ['https://h/api/?q=1', 'items', 'https://h/api/items'],
    ['https://h/api/?q=1', '', 'https://h/api/?q=1'],
    ['https://h/v1', 'https://other/abs?y=1', 'https://other/abs?y=1'],
    ['https://h/v1/', '/abs?y=1', 'https://h/abs?y=1'],
    ['https://h/v1/', '?y=1', 'https://h/v1/?y=1'],
    ['https://h/v1/', '//other/x', 'https://other/x'],
    ['https://h/api/v1', 'p/../q/./r', 'https://h/api/v1/q/r'],
    ['https://h/api/v1', '../../../x', 'https://h/x'],
    ['https://h', 'x', 'https://h/x'],
    ['https://h//v1/', 'x', 'https://h/v1/x'],
    ['https://h//', 'x', 'https://h/x'],
    ['https://h/v1', 'a//b//', 'https://h/v1/a/b/'],
    ['https://h//v1/', '/a//b', 'https://h/a//b'],
    ['https://h//v1', '', 'https://h//v1'],
    // ours: no scheme is called "items"
    ['https://h/v1/', 'items:search', 'https://h/v1/items:search'],
  ])('%s + %s = %s', (base, path, expected) => expect(joinUrl(base, path)).toBe(expected));
});

describe('prepareUrl', () => {
  it.each([
    ['http://h', {}, 'http://h/'],
    ['HTTP://H:8080?x=1', {}, 'http://h:8080/?x=1'],
    [' http://h/a', {}, 'http://h/a'],
    ['http://h/p/../q x/é?z=1&a=b#frag', { a: 'b', z: '2' }, 'http://h/q%20x/%C3%A9?z=1&a=b&z=2'],
    ['http://h/v1?x=1 2|3\'"<>^`{}', {}, "http://h/v1?x=1%202%7C3'%22%3C%3E%5E%60%7B%7D"],
    ['http://h/a%2fb%7Ec', {}, 'http://h/a%2Fb~c'],
    ['http://h/a%2fb%7Ec%zz/', {}, 'http://h/a%252Fb%257Ec%25zz/'],
    ['http://h/a;b/c,d@e:f', {}, 'http://h/a;b/c,d@e:f'],
    ['http://h/?a=1&a=2&b=', { a: '1', b: '' }, 'http://h/?a=1&a=2&b=&b='],
    ['http://bücher.example/x', {}, 'http://xn--bcher-kva.example/x'],
    ['http://[::1]:80/x', {}, 'http://[::1]:80/x'],
    ['http://h/x', { a: 'b c', d: 'é/ü?&=+%', e: "it's ~-._*()!" }, 'http://h/x?a=b+c&d=%C3%A9%2F%C3%BC%3F%26%3D%2B%25&e=it%27s+~-._%2A%28%29%21'],
    ['http://h/x', { n: 5, f: 1.5, t: true, l: ['x', null, 2], none: null, big: 12345678901234567890n }, 'http://h/x?n=5&f=1.5&t=True&l=x&l=2&big=12345678901234567890'],
    ['http://h/x', { 'sort[asc]': 'x' }, 'http://h/x?sort%5Basc%5D=x'],
  ])('%s with %p', (url, params, expected) => {
    const prepared = prepareUrl(url, params);
    expect(prepared).toBe(expected);
    expect(prepareUrl(prepared, {})).toBe(expected);
  });
});

describe('bodies', () => {
  it.each([
    [{ a: 'b c', é: '1.10', l: ['x', 'y'], s: "a~b*c'd" }, 'a=b+c&%C3%A9=1.10&l=x&l=y&s=a~b%2Ac%27d'],
    [{ o: { x: 1 }, lone: '\ud800' }, 'o=%7B%27x%27%3A+1%7D&lone=%EF%BF%BD'],
  ])('form %p', (value, expected) => expect(formEncode(value)).toBe(expected));

  it.each([
    [{ a: 1.1, b: [null, true, 'é"\n'], c: { d: {} }, e: [] }, '{"a": 1.1, "b": [null, true, "\\u00e9\\"\\n"], "c": {"d": {}}, "e": []}'],
    [{ big: 12345678901234567890n, smile: '😀', del: '\x7f' }, '{"big": 12345678901234567890, "smile": "\\ud83d\\ude00", "del": "\\u007f"}'],
  ])('JSON %p', (value, expected) => expect(jsonEncode(value)).toBe(expected));
});

// Most URLs are plain and take a short way; for these Node's own URL says the same as the reference.
describe('plain URLs', () => {
  const host = fc.constantFrom('h', 'api.example.com', '127.0.0.1', 'x-y.z');
  const port = fc.constantFrom('', ':1', ':8080', ':59999', ':65535');
  const character = fc.constantFrom(...'abZ09-_~!$&()*+,;=:@'.split(''));
  const segment = fc.oneof({ weight: 9, arbitrary: fc.string({ unit: character, maxLength: 4 }) }, { weight: 1, arbitrary: fc.constantFrom('.x', 'x.', 'x.y') });
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => segments.join('/'));
  const origin = fc.tuple(fc.constantFrom('http', 'https'), host, port).map(([scheme, name, at]) => `${scheme}://${name}${at}`);

  it('stay as they are', () => {
    fc.assert(
      fc.property(origin, path, fc.string({ unit: fc.constantFrom(...'a0-._~!$&()*+,;=:@/?'.split('')), maxLength: 6 }), (start, rest, query) => {
        const url = `${start}/${rest}${query === '' ? '' : `?${query}`}`;
        expect(prepareUrl(url, {})).toBe(new URL(url).href);
      }),
    );
  });

  it('get parameters at their end', () => {
    fc.assert(
      fc.property(origin, path, fc.constantFrom('', 'q=1', 'a'), fc.constantFrom('x', 'x y', 'ü~', "(')"), (start, rest, query, value) => {
        const url = `${start}/${rest}`;
        const added = `p=${new URLSearchParams({ v: value }).toString().slice(2).replace('%7E', '~')}`;
        expect(prepareUrl(`${url}${query && `?${query}`}`, { p: value })).toBe(`${new URL(url).href}?${[query, added].filter(Boolean).join('&')}`);
      }),
    );
  });

  it('are joined by one slash', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'B', '-', '@', '='), minLength: 1, maxLength: 3 });
    const plainPath = fc.array(plain, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(origin, fc.option(plainPath, { nil: '' }), fc.boolean(), plainPath, fc.boolean(), (start, directory, slash, end, slashAtEnd) => {
        const base = `${start}/${directory}`.replace(/\/$/, '');
        const wanted = `${end}${slashAtEnd ? '/' : ''}`;
        expect(joinUrl(`${base}${slash ? '/' : ''}`, wanted)).toBe(new URL(wanted, `${base}/`).href);
      }),
    );
  });
});
