import type { Decoder } from '../../src/decode/decoder';
import { ConnectorError } from '../../src/errors/connector-error';
import { AsyncJobStatusMap } from '../../src/jobs/async-job-status-map';
import { HttpJobRepository, type HttpJobParts } from '../../src/jobs/http-job-repository';
import { InterpolatedString } from '../../src/manifest/interpolation/interpolated-string';
import { getOwn, isObject, type JsonValue } from '../../src/protocol/json';
import type { RecordExtractor } from '../../src/records/record-extractor';
import type { RequestInput } from '../../src/requests/requester';
import { StreamSlice } from '../../src/slices/stream-slice';
import { FakeRequester, type FakeAnswer } from '../support/fake-requester';
import { fakeRuntime } from '../support/fake-runtime';

/** Like JsonDecoder: a list gives its items, damage is an error. */
const jsonDecoder: Decoder = {
  async *decode(body) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    if (text === '') return;
    let value: JsonValue;
    try {
      value = JSON.parse(text) as JsonValue;
    } catch {
      throw ConnectorError.system('decode.invalid_json', 'no JSON');
    }
    yield Array.isArray(value) ? value : [value];
  },
};

/** Like DpathExtractor with one key: lists are spread, falsy values give nothing. */
const field = (name: string): RecordExtractor => ({
  passesThrough: false,
  extract: (elements) =>
    elements.flatMap((element) => {
      const value = isObject(element) ? getOwn(element, name) : undefined;
      return Array.isArray(value) ? value : value ? [value] : [];
    }),
});

const signal = new AbortController().signal;
const slice = new StreamSlice({ account: 'x' }, { start: '2024-01-01' }, { parent_name: 'p' });

function make(answers: Record<string, FakeAnswer | Error>, more: Partial<HttpJobParts> = {}) {
  const runtime = fakeRuntime();
  const requesters: Record<string, FakeRequester> = {};
  for (const [name, answer] of Object.entries(answers)) requesters[name] = new FakeRequester(() => answer, name);
  const unused = new FakeRequester(() => new Error('not to be asked'));
  const repository = new HttpJobRepository(
    {
      creationRequester: requesters.create ?? unused,
      pollingRequester: requesters.poll ?? unused,
      abortRequester: requesters.abort,
      deleteRequester: requesters.delete,
      downloadTargetRequester: requesters.target,
      statusExtractor: field('status'),
      statusExtractorText: 'field_path ["status"]',
      statusMapping: new AsyncJobStatusMap({ running: ['pending', 'None'], completed: ['ready', 'True', '3'], failed: [], timeout: [] }),
      downloadTargetExtractor: undefined,
      allowMissingDownloadTarget: false,
      decoder: jsonDecoder,
      ...more,
    },
    (each) => ({ params: { since: each.cursorSlice.start as JsonValue } }),
    runtime,
  );
  return { repository, requesters, runtime };
}

/** What a template of the request sees. */
const render = (input: RequestInput, template: string) =>
  new InterpolatedString(template, { config: {}, parameters: {}, clock: fakeRuntime().clock }).text({ ...input.slice!.variables(), ...input.vars });

describe('creation', () => {
  it('sends what the cursor adds, and is not kept waiting by rate limits', async () => {
    const { repository, requesters } = make({ create: { body: '{"id": "j1"}' } });
    await repository.create(slice, signal);
    expect(requesters.create!.inputs[0]).toMatchObject({ slice, options: { params: { since: '2024-01-01' } }, rateLimit: 'throw' });
  });

  it.each([
    ['an object', '{"id": "j1", "headers": "own"}', { id: 'j1', headers: 'own' }],
    ['nothing', '', {}],
    ['a list', '[1]', {}],
    ['text', 'queued', {}],
  ])('may be answered with %s', async (_what, body, expected) => {
    const { repository } = make({ create: { body, headers: { location: '/jobs/7' } } });
    const answer = await repository.create(slice, signal);
    expect(answer.variables).toMatchObject(expected);
    expect(answer.variables.request).toMatchObject({ method: 'GET', url: 'https://api.example.com/' });
  });

  it('lets templates read the headers in any case', async () => {
    const { repository, requesters } = make({ create: { headers: { location: '/jobs/7' } }, poll: { body: '{}' } });
    const creation = await repository.create(slice, signal);
    await repository.poll({ slice, creation, polling: undefined }, signal);
    expect(render(requesters.poll!.inputs[0]!, "{{ creation_response['headers']['Location'] }}")).toBe('/jobs/7');
  });

  it('that the error handler ignores is an error', async () => {
    const { repository } = make({ create: { status: 404, ignored: true, body: 'no such report' } });
    await expect(repository.create(slice, signal)).rejects.toThrow(/404.*no such report/);
  });
});

describe('a poll', () => {
  // `str()` of the first value, as Python writes it (reference section 2.4).
  it.each<[string, string | undefined]>([
    ['{"status": "pending"}', 'running'],
    ['{"status": "ready"}', 'completed'],
    ['{"status": true}', 'completed'],
    ['{"status": 3}', 'completed'],
    ['{"status": ["ready", "pending"]}', 'completed'],
    ['{"status": null}', 'running'],
    ['{"status": false}', 'running'],
    ['{"status": []}', 'running'],
    ['{}', 'running'],
    ['', 'running'],
    ['{"status": "READY"}', undefined],
  ])('answered with %s means %s', async (body, status) => {
    const { repository } = make({ poll: { body } });
    expect((await repository.poll({ slice, creation: undefined, polling: undefined }, signal)).status).toBe(status);
  });

  it('with a damaged body is an error', async () => {
    const { repository } = make({ poll: { body: '<html>' } });
    await expect(repository.poll({ slice, creation: undefined, polling: undefined }, signal)).rejects.toThrow('no JSON');
  });

  it.each([
    ['7', 7_000],
    ['Fri, 01 Mar 2024 12:01:00 GMT', 60_000],
    ['Fri, 01 Mar 2024 11:00:00 GMT', 0],
    ['soon', undefined],
  ])('tells how long Retry-After %p asks to wait', async (value, expected) => {
    const { repository } = make({ poll: { body: '{}', headers: { 'retry-after': value } } });
    expect((await repository.poll({ slice, creation: undefined, polling: undefined }, signal)).answer.retryAfterMs).toBe(expected);
  });

  it('keeps the beginning of the answer for messages, without secrets', async () => {
    const { repository, runtime } = make({ poll: { body: `{"status": "x", "token": "s3cret",\n "more": "${'y'.repeat(1000)}"}` } });
    runtime.secrets.add('s3cret');
    const { excerpt } = (await repository.poll({ slice, creation: undefined, polling: undefined }, signal)).answer;
    expect(excerpt).toContain('"token": "****"');
    expect(excerpt.length).toBeLessThan(600);
  });
});

describe('what templates see', () => {
  const templates: [string, string][] = [
    ["{{ creation_response['id'] }}", 'j1'],
    ["{{ stream_slice['account'] }}/{{ stream_slice['start'] }}/{{ stream_partition.account }}", 'x/2024-01-01/x'],
    ['{{ parent_name }}', 'p'],
    ["{{ stream_slice['create_job_response'].json()['id'] }}", 'j1'],
    ["{{ stream_slice.create_job_response.json().get('id') }}", 'j1'],
  ];

  it.each(['poll', 'abort', 'delete', 'target'])('in the %s request', async (which) => {
    const { repository, requesters } = make(
      { create: { body: '{"id": "j1"}' }, poll: { body: '{"status": "ready", "key": "k"}' }, abort: {}, delete: {}, target: { body: '{"url": "u"}' } },
      { downloadTargetExtractor: field('url') },
    );
    const creation = await repository.create(slice, signal);
    const polling = (await repository.poll({ slice, creation, polling: undefined }, signal)).answer;
    await repository.abort({ slice, creation, polling }, signal);
    await repository.delete({ slice, creation, polling }, signal);
    await repository.downloadTargets({ slice, creation, polling }, signal);
    for (const [template, text] of templates) expect(render(requesters[which]!.inputs[0]!, template)).toBe(text);
    if (which === 'target') expect(render(requesters.target!.inputs[0]!, "{{ polling_response['key'] }}")).toBe('k');
  });
});

describe('download targets', () => {
  const targetsOf = (body: string, more: Partial<HttpJobParts> = {}) => {
    const { repository } = make({ poll: { body } }, { downloadTargetExtractor: field('urls'), ...more });
    return repository.poll({ slice, creation: undefined, polling: undefined }, signal).then(({ answer }) => repository.downloadTargets({ slice, creation: undefined, polling: answer }, signal));
  };

  it.each<[string, JsonValue[]]>([
    ['{"urls": ["a", "b"]}', ['a', 'b']],
    ['{"urls": "a"}', ['a']],
    ['{"urls": [{"url": "a"}]}', [{ url: 'a' }]],
    ['{"urls": ["", "a", null]}', ['a']],
  ])('of %s are %j', async (body, expected) => {
    expect(await targetsOf(body)).toEqual(expected);
  });

  it('are one empty one without an extractor', async () => {
    expect(await targetsOf('{}', { downloadTargetExtractor: undefined })).toEqual(['']);
  });

  it.each(['{}', '{"urls": []}', '{"urls": null}', '{"urls": ""}'])('that are missing in %s are an error', async (body) => {
    await expect(targetsOf(body)).rejects.toMatchObject({ code: 'jobs.no_download_target', message: expect.stringContaining(body) });
  });

  it.each([['a page', '<html>'], ['an empty body', '']])('are asked for again when the answer is %s, four times in all', async (_what, unusable) => {
    for (const [good, asked] of [[1, 2], [3, 4], [9, 4]] as const) {
      const requester = new FakeRequester((_input, index) => ({ body: index < good ? unusable : '{"urls": ["a"]}' }));
      const { repository, runtime } = make({}, { downloadTargetExtractor: field('urls'), downloadTargetRequester: requester });
      const targets = await repository.downloadTargets({ slice, creation: undefined, polling: undefined }, signal).catch((error: ConnectorError) => error.code);
      expect(targets).toEqual(good === 9 ? expect.stringMatching(/^(decode\.invalid_json|jobs\.no_download_target)$/) : ['a']);
      expect([requester.inputs.length, runtime.clock.sleeps]).toEqual([asked, [1000, 2000, 4000].slice(0, asked - 1)]);
    }
  });

  it('may be missing when the manifest says so', async () => {
    expect(await targetsOf('{}', { allowMissingDownloadTarget: true })).toEqual([]);
  });
});

describe('abort and delete', () => {
  it('do nothing without a requester', async () => {
    const { repository } = make({});
    await repository.abort({ slice, creation: undefined, polling: undefined }, signal);
    await repository.delete({ slice, creation: undefined, polling: undefined }, signal);
  });

  it('do not hold the connection', async () => {
    const { repository, requesters } = make({ abort: {}, delete: {} });
    await repository.abort({ slice, creation: undefined, polling: undefined }, signal);
    await repository.delete({ slice, creation: undefined, polling: undefined }, signal);
    expect([requesters.abort!.discarded, requesters.delete!.discarded]).toEqual([1, 1]);
  });
});
