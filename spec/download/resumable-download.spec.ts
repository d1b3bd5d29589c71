import fc from 'fast-check';
import { ConnectorError } from '../../src/errors/connector-error';
import { ResumableDownload, type DownloadSource } from '../../src/download/resumable-download';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { FakeRequester, type FakeAnswer } from '../support/fake-requester';
import { fakeRuntime, type FakeRuntime } from '../support/fake-runtime';

const FILE = 'id,name\n' + Array.from({ length: 40 }, (_, index) => `${index},row ${index}\n`).join('');
const cut = () => ConnectorError.transient('http.body_cut', 'the connection broke', { recovery: 'resume_body' });
const status = (code: number, failureType: 'config_error' | 'system_error' | 'transient_error' = 'system_error', responseBody = '') =>
  new HttpStatusError({ code: `http.status_${code}`, message: `HTTP ${code}`, failureType, status: code, responseBody });

interface Server {
  etag?: string;
  lastModified?: string;
  ranges?: boolean;
  encoding?: string;
  withoutLength?: boolean;
}

/** The answer of a server with FILE, cut after `bytes` bytes of what it sends. */
function serve(headers: Record<string, string>, server: Server, bytes = Number.POSITIVE_INFINITY, file = FILE): FakeAnswer {
  const common = {
    ...(server.etag ? { etag: server.etag } : {}),
    ...(server.lastModified ? { 'last-modified': server.lastModified } : {}),
    ...(server.encoding && headers['Accept-Encoding'] !== 'identity' ? { 'content-encoding': server.encoding } : {}),
  };
  const validator = server.etag ?? server.lastModified;
  const range = server.ranges && headers['If-Range'] === validator ? /bytes=(\d+)-/.exec(headers.Range ?? '') : null;
  const start = range ? Number(range[1]) : 0;
  const body = file.slice(start);
  return {
    status: range ? 206 : 200,
    headers: {
      ...common,
      ...(server.withoutLength || common['content-encoding'] ? {} : { 'content-length': String(body.length) }),
      ...(range ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {}),
    },
    body: body.slice(0, bytes),
    ...(bytes < body.length ? { breaks: cut() } : {}),
  };
}

interface Fetched {
  text: string;
  error: unknown;
  requester: FakeRequester;
  runtime: FakeRuntime;
  renewals: number;
}

async function fetchAll(answers: (headers: Record<string, string>, index: number, renewals: number) => FakeAnswer | Error, renew: boolean | Error = true): Promise<Fetched> {
  const runtime = fakeRuntime();
  let renewals = 0;
  const requester = new FakeRequester((input, index) => answers(input.headers ?? {}, index, renewals));
  const source: DownloadSource = {
    open: (headers) => requester.send({ headers }),
    ...(renew === false
      ? {}
      : {
          renew: async () => {
            renewals += 1;
            if (renew instanceof Error) throw renew;
          },
        }),
  };
  const chunks: Uint8Array[] = [];
  let error: unknown;
  try {
    const download = await ResumableDownload.open(source, runtime, runtime.signal);
    for await (const chunk of download.bytes()) chunks.push(chunk);
  } catch (caught) {
    error = caught;
  }
  return { text: Buffer.concat(chunks).toString(), error, requester, runtime, renewals };
}

describe('a download that does not break', () => {
  it('is one request as the manifest says', async () => {
    const { text, requester, runtime } = await fetchAll((headers) => serve(headers, { etag: '"v1"', ranges: true }));
    expect(text).toBe(FILE);
    expect(requester.inputs.map((input) => input.headers)).toEqual([{}]);
    expect(runtime.clock.sleeps).toEqual([]);
  });

  it('may be empty', async () => {
    expect(await fetchAll(() => ({ status: 204 }))).toMatchObject({ text: '', error: undefined });
  });
});

describe('a download that breaks', () => {
  it('goes on where it broke, with Range and If-Range', async () => {
    const server = { etag: '"v1"', ranges: true };
    const { text, requester, runtime } = await fetchAll((headers, index) => serve(headers, server, index < 2 ? 100 : undefined));
    expect(text).toBe(FILE);
    expect(requester.inputs.map((input) => input.headers)).toEqual([
      {},
      { 'Accept-Encoding': 'identity', Range: 'bytes=100-', 'If-Range': '"v1"' },
      { 'Accept-Encoding': 'identity', Range: 'bytes=200-', 'If-Range': '"v1"' },
    ]);
    // New bytes came in between: the pause starts over.
    expect(runtime.clock.sleeps).toEqual([1000, 1000]);
  });

  it('is whole when only the end of the transfer is missing, once the server told the length', async () => {
    const server = { etag: '"v1"', ranges: true, withoutLength: true };
    const { text, error, requester } = await fetchAll((headers, index) => (index === 0 ? serve(headers, server, 100) : { ...serve(headers, server), breaks: cut() }));
    expect({ text, error, requests: requester.inputs.length }).toEqual({ text: FILE, error: undefined, requests: 2 });
  });

  it.each<[string, Server]>([
    ['a strong tag, no ranges', { etag: '"v1"' }],
    ['a weak tag', { etag: 'W/"v1"', ranges: true }],
    ['a date', { lastModified: 'Fri, 01 Mar 2024 00:00:00 GMT', ranges: true }],
    ['a date, no ranges', { lastModified: 'Fri, 01 Mar 2024 00:00:00 GMT' }],
    ['no validator at all', { ranges: true }],
    ['neither validator nor length', { withoutLength: true }],
    ['transport compression', { etag: '"v1"', ranges: true, encoding: 'gzip' }],
  ])('is continued exactly when the server has %s', async (_what, server) => {
    for (const at of [0, 1, 7, 8, 100, FILE.length - 1]) {
      const { text, error } = await fetchAll((headers, index) => serve(headers, server, index === 0 ? at : undefined));
      expect({ at, text, error }).toEqual({ at, text: FILE, error: undefined });
    }
  });

  it('never sends a range over a compressed body', async () => {
    const { requester } = await fetchAll((headers, index) => serve(headers, { etag: '"v1"', ranges: true, encoding: 'gzip' }, index === 0 ? 50 : undefined));
    expect(requester.inputs[1]!.headers).toEqual({ 'Accept-Encoding': 'identity' });
  });

  it('ends when the length was reached although the connection broke after it', async () => {
    const { text, error, requester } = await fetchAll((headers) => ({ ...serve(headers, { etag: '"v1"' }), breaks: undefined }));
    expect({ text, error, requests: requester.inputs.length }).toEqual({ text: FILE, error: undefined, requests: 1 });
  });

  it('is noticed by its length when the connection ends without an error', async () => {
    const server = { etag: '"v1"', ranges: true };
    const { text } = await fetchAll((headers, index) => (index === 0 ? { ...serve(headers, server, 30), breaks: undefined } : serve(headers, server)));
    expect(text).toBe(FILE);
  });

  it('gives up after five troubles without a new byte, with growing pauses', async () => {
    const { text, error, runtime } = await fetchAll((headers, index) => (index === 0 ? serve(headers, { etag: '"v1"', ranges: true }, 50) : ConnectorError.transient('http.connection_failed', 'refused')));
    expect(text).toBe(FILE.slice(0, 50));
    expect(error).toMatchObject({ code: 'download.broken', recovery: 'new_job', failureType: 'transient_error' });
    expect((error as Error).message).toContain('50 bytes');
    expect(runtime.clock.sleeps).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it('is not resumed without end by a server that sends a byte a time', async () => {
    const long = 'x'.repeat(5000);
    const { error, requester } = await fetchAll((headers) => serve(headers, { etag: '"v1"', ranges: true }, 1, long));
    expect(error).toMatchObject({ code: 'download.broken' });
    expect(requester.inputs.length).toBeLessThan(1100);
  });

  it('fails when the error handler stops it', async () => {
    const refused = status(422);
    const { error } = await fetchAll((headers, index) => (index === 0 ? serve(headers, { etag: '"v1"' }, 50) : refused));
    expect(error).toBe(refused);
  });
});

describe('a file that changes while it is downloaded', () => {
  const other = FILE.replace('row 1\n', 'row X\n');

  it.each<[string, Server, Server, string]>([
    ['another tag, whole body', { etag: '"v1"', ranges: true }, { etag: '"v2"', ranges: true }, other],
    ['another tag, no ranges', { etag: '"v1"' }, { etag: '"v2"' }, FILE],
    ['other bytes, no validator', {}, {}, other],
    ['other bytes, same weak tag', { etag: 'W/"v1"' }, { etag: 'W/"v1"' }, other],
    ['a shorter file', {}, {}, FILE.slice(0, 40)],
  ])('is an error: %s', async (_what, before, after, file) => {
    const { text, error } = await fetchAll((headers, index) => (index === 0 ? serve(headers, before, 100) : serve(headers, after, undefined, file)));
    expect(text).toBe(FILE.slice(0, 100));
    expect(error).toMatchObject({ code: 'download.changed', recovery: 'new_job' });
  });

  it.each([
    ['another total', { 'content-range': `bytes 100-499/500`, etag: '"v1"' }],
    ['another tag', { 'content-range': `bytes 100-${FILE.length - 1}/${FILE.length}`, etag: '"v2"' }],
  ])('is an error in a partial answer with %s', async (_what, partial) => {
    const { error } = await fetchAll((headers, index) => (index === 0 ? serve(headers, { etag: '"v1"', ranges: true }, 100) : { status: 206, headers: partial, body: 'junk' }));
    expect(error).toMatchObject({ code: 'download.changed' });
  });

  it('before the first byte does no harm', async () => {
    const { text } = await fetchAll((headers, index) => (index === 0 ? serve(headers, { etag: '"v1"' }, 0) : serve(headers, { etag: '"v1"' })));
    expect(text).toBe(FILE);
  });
});

describe('a server with odd ranges', () => {
  it.each([{ 'content-range': `bytes 90-${FILE.length - 1}/${FILE.length}` }, { 'content-range': 'items 1-2/3' }, {}] as Record<string, string>[])('%j is not believed: the whole file is asked for', async (headers206) => {
    const server = { etag: '"v1"', ranges: true };
    const { text, requester } = await fetchAll((headers, index) =>
      index === 0 ? serve(headers, server, 100) : headers.Range ? { status: 206, headers: headers206, body: FILE.slice(90) } : serve(headers, server),
    );
    expect(text).toBe(FILE);
    expect(requester.inputs[2]!.headers).toEqual({ 'Accept-Encoding': 'identity' });
  });

  it('416 leads to the whole file', async () => {
    const server = { etag: '"v1"', ranges: true };
    const { text } = await fetchAll((headers, index) => (index === 0 ? serve(headers, server, 100) : headers.Range ? status(416) : serve(headers, server)));
    expect(text).toBe(FILE);
  });
});

describe('a link that expires', () => {
  it.each([
    [401, 'config_error', ''],
    [403, 'config_error', ''],
    [404, 'system_error', ''],
    [410, 'system_error', ''],
    [400, 'system_error', '<Error><Code>ExpiredToken</Code></Error>'],
    [400, 'system_error', '<Error><Code>AccessDenied</Code></Error>'],
  ] as const)('(HTTP %i) is renewed before and within the body', async (code, failureType, body) => {
    const server = { etag: '"v1"', ranges: true };
    const expired = status(code, failureType, body);
    const early = await fetchAll((headers, _index, renewals) => (renewals === 0 ? expired : serve(headers, server)));
    expect(early).toMatchObject({ text: FILE, error: undefined, renewals: 1 });
    const late = await fetchAll((headers, index, renewals) => (index === 0 ? serve(headers, server, 100) : renewals === 0 ? expired : serve(headers, server)));
    expect(late).toMatchObject({ text: FILE, error: undefined, renewals: 1 });
  });

  it('and cannot be renewed calls for a new job', async () => {
    const { error } = await fetchAll(() => status(404), false);
    expect(error).toMatchObject({ code: 'download.link_expired', recovery: 'new_job' });
  });

  it('is renewed twice, no more', async () => {
    const { error, renewals } = await fetchAll(() => status(410));
    expect(error).toMatchObject({ code: 'download.link_expired', recovery: 'new_job' });
    expect(renewals).toBe(2);
  });

  it('with credentials that are refused stays a config error', async () => {
    const refused = status(403, 'config_error');
    const { error } = await fetchAll(() => refused);
    expect(error).toBe(refused);
  });

  it('whose renewal fails for a moment is tried again within the body', async () => {
    const { error, renewals } = await fetchAll((headers, index) => (index === 0 ? serve(headers, { etag: '"v1"' }, 100) : status(404)), ConnectorError.transient('http.timeout', 'moment'));
    expect(error).toMatchObject({ recovery: 'new_job' });
    expect(renewals).toBe(2);
  });

  it('is not seen in other refusals', async () => {
    const refused = status(400, 'system_error', 'bad parameter');
    const { error, renewals } = await fetchAll(() => refused);
    expect([error, renewals]).toEqual([refused, 0]);
  });
});

describe('the reader', () => {
  it('that stops early gives the connection back', async () => {
    const runtime = fakeRuntime();
    let closed = false;
    const requester = new FakeRequester(() => ({ body: FILE }));
    const download = await ResumableDownload.open(
      {
        open: async (headers) => {
          const response = await requester.send({ headers });
          const stream = async function* () {
            try {
              yield* response.body.stream();
            } finally {
              closed = true;
            }
          };
          return { ...response, body: { ...response.body, stream } };
        },
      },
      runtime,
      runtime.signal,
    );
    for await (const chunk of download.bytes()) if (chunk.length > 0) break;
    expect(closed).toBe(true);
  });

  it('that is cancelled does not wait', async () => {
    const runtime = fakeRuntime();
    const requester = new FakeRequester((input) => serve(input.headers ?? {}, { etag: '"v1"' }, 50));
    const download = await ResumableDownload.open({ open: (headers) => requester.send({ headers }) }, runtime, runtime.signal);
    const reading = (async () => {
      for await (const chunk of download.bytes()) if (chunk.length > 0 && download.received >= 50) runtime.cancel(new Error('SIGTERM'));
    })();
    await expect(reading).rejects.toThrow('SIGTERM');
    expect(requester.inputs).toHaveLength(1);
  });
});

it('each byte comes once and in order, wherever and however often any server breaks', async () => {
  const servers: Server[] = [{ etag: '"v1"', ranges: true }, { etag: '"v1"' }, { ranges: true }, { lastModified: 'Fri, 01 Mar 2024 00:00:00 GMT', ranges: true }, { etag: '"v1"', encoding: 'br' }];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...servers), fc.array(fc.integer({ min: 0, max: FILE.length }), { maxLength: 5 }), async (server, cuts) => {
      const { text, error } = await fetchAll((headers, index) => serve(headers, server, cuts[index]));
      expect(FILE.startsWith(text)).toBe(true);
      if (error === undefined) expect(text).toBe(FILE);
      else expect(error).toMatchObject({ code: 'download.broken' });
    }),
    { numRuns: 150 },
  );
});
