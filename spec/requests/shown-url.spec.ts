import { bareUrl, shownUrl } from '../../src/requests/shown-url';

it.each([
  ['https://us:pw@h/x?page=2&api_version=3#f', 'https://h/x?page=2&api_version=3#f'],
  ['https://h/x?api_key=k&accessToken=t&sig=s&X-Amz-Signature=a&X-Amz-Credential=c&keyword=w&monkeys=2', 'https://h/x?api_key=****&accessToken=****&sig=****&X-Amz-Signature=****&X-Amz-Credential=****&keyword=w&monkeys=2'],
  ['https://h/x', 'https://h/x'],
])('%s is shown as %s', (url, shown) => expect(shownUrl(url)).toBe(shown));

it('filters see scheme, host and path only', () => {
  expect(bareUrl('https://us:pw@h:8080/a/b?c=d#e')).toBe('https://h:8080/a/b');
});
