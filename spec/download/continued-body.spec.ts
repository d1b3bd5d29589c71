import { ConnectorError } from '../../src/errors/connector-error';
import { ContinuedBody } from '../../src/download/continued-body';
import type { FileIdentity } from '../../src/download/file-place';
import { ResumableDownload } from '../../src/download/resumable-download';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { FakeRequester, type FakeAnswer } from '../support/fake-requester';
import { fakeRuntime } from '../support/fake-runtime';

const FILE = Array.from({ length: 60 }, (_, index) => `row ${index}\n`).join('');
const OTHER = FILE.replace('row 3\n', 'ROW 3\n');
const DATE = 'Fri, 01 Mar 2024 00:00:00 GMT';

interface Server {
  file?: string;
  etag?: string;
  date?: string;
  ranges?: boolean;
  encoding?: string;
  withoutLength?: boolean;
  /** Ranges are answered with 416. */
  refuses?: boolean;
  /** The range begins elsewhere. */
  wrongRange?: boolean;
}

function serve({ file = FILE, etag, date, ranges = true, encoding, withoutLength, refuses, wrongRange }: Server, headers: Record<string, string>): FakeAnswer | Error {
  const asked = /bytes=(\d+)-/.exec(headers.Range ?? '');
  if (asked && refuses) return new HttpStatusError({ code: 'http.status_404', message: 'HTTP 416', failureType: 'system_error', status: 416, responseBody: '' });
  const isRange = ranges && asked && headers['If-Range'] === (etag ?? date);
  const start = isRange ? Number(asked[1]) + (wrongRange ? 1 : 0) : 0;
  const isEncoded = encoding !== undefined && headers['Accept-Encoding'] !== 'identity';
  return {
    status: isRange ? 206 : 200,
    headers: {
      ...(etag ? { etag } : {}),
      ...(date ? { 'last-modified': date } : {}),
      ...(isEncoded ? { 'content-encoding': encoding } : withoutLength ? {} : { 'content-length': String(file.length - start) }),
      ...(isRange ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {}),
    },
    body: file.slice(start),
  };
}

/** What an earlier run says after it has read so many bytes. */
async function readBefore(server: Server, atLeast: number): Promise<FileIdentity | undefined> {
  const runtime = fakeRuntime();
  const download = await ResumableDownload.open({ open: (headers) => new FakeRequester((input) => serve(server, input.headers ?? {})).send({ headers }) }, runtime, runtime.signal);
  for await (const _chunk of download.bytes()) if (download.received >= atLeast) break;
  return download.identity();
}

async function goOn(server: Server, bytes: number, file: FileIdentity) {
  const runtime = fakeRuntime();
  const requester = new FakeRequester((input) => serve(server, input.headers ?? {}));
  let text = '';
  /** What came while nothing proved that it is the same file. */
  let early = '';
  let error: unknown;
  try {
    const download = await ResumableDownload.open({ open: (headers) => requester.send({ headers }) }, runtime, runtime.signal, { bytes, file });
    const body = new ContinuedBody(download, { bytes, file });
    for await (const chunk of body.bytes()) {
      text += Buffer.from(chunk).toString();
      if (!body.isProven) early += Buffer.from(chunk).toString();
    }
  } catch (caught) {
    error = caught;
  }
  return { text, early, code: error instanceof ConnectorError ? error.code : error, ranges: requester.inputs.map(({ headers }) => headers?.Range) };
}

const SERVERS: [string, Server, 'range' | 'whole'][] = [
  ['a strong tag', { etag: '"v1"' }, 'range'],
  ['a strong tag, no length', { etag: '"v1"', withoutLength: true }, 'range'],
  ['date and length', { date: DATE }, 'range'],
  ['a strong tag, no ranges', { etag: '"v1"', ranges: false }, 'range'],
  ['a strong tag, ranges refused', { etag: '"v1"', refuses: true }, 'range'],
  ['a strong tag, ranges that begin elsewhere', { etag: '"v1"', wrongRange: true }, 'range'],
  ['date and length, no ranges', { date: DATE, ranges: false }, 'range'],
  ['a weak tag', { etag: 'W/"v1"' }, 'whole'],
  ['a date without length', { date: DATE, withoutLength: true }, 'whole'],
  ['nothing to tell', {}, 'whole'],
  ['transport compression', { etag: '"v1"', encoding: 'gzip' }, 'whole'],
];

describe.each(SERVERS)('a file from a server with %s', (_what, server, way) => {
  const places = [0, 1, 7, 100, FILE.length - 1, FILE.length];

  it('goes on at the place', async () => {
    for (const bytes of places) {
      const file = await readBefore(server, bytes);
      const { text, code, ranges } = await goOn(server, bytes, file!);
      expect({ bytes, text, code }).toEqual({ bytes, text: FILE.slice(bytes), code: undefined });
      expect(ranges[0]).toBe(way === 'range' && bytes > 0 ? `bytes=${bytes}-` : undefined);
    }
  });

  it('goes on when it comes by another way, or is found out by its bytes', async () => {
    for (const [, now] of SERVERS) {
      const file = await readBefore(server, 100);
      const { text, code } = await goOn(now, 100, file!);
      // Tags of one kind say nothing about an answer without them.
      expect([FILE.slice(100), undefined]).toContain(code === 'download.other_file' ? undefined : text);
    }
  });

  it('that is another one now gives nothing that could be taken for its rest', async () => {
    for (const bytes of [0, 7, 100, FILE.length]) {
      const file = await readBefore(server, Math.max(bytes, 60));
      const now = { ...server, file: OTHER, ...(server.etag ? { etag: server.etag.replace('1', '2') } : {}), ...(server.date ? { date: DATE.replace('Fri, 01', 'Sat, 02') } : {}) };
      const { text, early, code } = await goOn(now, bytes, file!);
      expect({ bytes, code, isHeld: text === early }).toEqual({ bytes, code: 'download.other_file', isHeld: true });
    }
  });

  it('that is shorter than what was read of it gives nothing', async () => {
    const file = await readBefore(server, 100);
    const { text, early, code } = await goOn({ ...server, file: FILE.slice(0, 50), etag: undefined, date: undefined }, 100, file!);
    expect({ code, isHeld: text === early }).toEqual({ code: 'download.other_file', isHeld: true });
  });
});

it('an empty file has nothing to prove', async () => {
  const file = await readBefore({ file: '' }, 0);
  expect(await goOn({ file: '' }, 0, file!)).toMatchObject({ text: '', code: undefined });
});
