import type { ShownRequest } from '../stream-read';

/** A request as a command for a POSIX shell. */
export function curlText({ url, http_method: method, headers, body }: ShownRequest): string {
  const parts = [`curl${method === 'GET' ? '' : ` --request ${method}`} ${quoted(url)}`];
  for (const [name, value] of Object.entries(headers)) {
    // curl counts for itself, and asks for what it can unpack with --compressed.
    if (/^(?:content-length|connection|host)$/i.test(name)) continue;
    if (/^accept-encoding$/i.test(name)) parts.push('--compressed');
    // An empty header needs a semicolon, or curl leaves it out.
    else parts.push(`--header ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  // Not --data: that drops line breaks and reads files after an @.
  if (body !== null && body !== '') parts.push(`--data-raw ${quoted(body)}`);
  return `${parts.join(' \\\n  ')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
