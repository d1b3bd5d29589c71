import { execFileSync } from 'node:child_process';
import { curlText } from '../../../src/builder/live/curl-text';

describe('a request as a command', () => {
  const request = { url: "https://api.example.com/a?x=1&y='2'", http_method: 'POST', headers: { Authorization: 'Bearer ****', 'Content-Length': '5', 'Accept-Encoding': 'gzip', 'X-Empty': '' }, body: "@it's $HOME\n" };

  it('is read by a shell as it was meant', () => {
    const words = execFileSync('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${curlText(request)}`], { encoding: 'utf8' });
    expect(words.split('\0').slice(0, -1)).toEqual(['--request', 'POST', request.url, '--header', 'Authorization: Bearer ****', '--compressed', '--header', 'X-Empty;', '--data-raw', request.body]);
  });

  it('says nothing that is said by default', () => {
    expect(curlText({ url: 'https://a', http_method: 'GET', headers: {}, body: null })).toBe("curl 'https://a'\n");
  });
});
