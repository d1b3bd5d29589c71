import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineComponent } from '../../src/manifest/define-component';
import type { Runtime } from '../../src/platform/runtime';
import type { JsonObject } from '../../src/protocol/json';
import type { HttpResponse, RequestInput } from '../../src/requests/requester';
import { StreamSlice } from '../../src/slices/stream-slice';
import { recordsContext } from './build-record-component';

let staging: string;
beforeEach(() => void (staging = mkdtempSync(join(tmpdir(), 'staging-'))));
afterEach(() => rmSync(staging, { recursive: true, force: true }));

function uploader(model: JsonObject = {}, runtime: Partial<Runtime> = {}, breaks = false) {
  const sent: RequestInput[] = [];
  let discarded = 0;
  const requester = defineComponent({
    kind: 'Requester',
    type: 'HttpRequester',
    title: '',
    description: '',
    fields: {},
    examples: [],
    build: () => ({
      name: 'file',
      send: async (input: RequestInput) => {
        sent.push(input);
        return {
          body: {
            async *stream() {
              yield Buffer.from('one ');
              if (breaks) throw new Error('cut');
              yield Buffer.from('two');
            },
            discard: () => void (discarded += 1),
          },
        } as unknown as HttpResponse;
      },
    }),
  });
  const ctx = recordsContext({}, [requester], { env: { AIRBYTE_STAGING_DIRECTORY: staging }, ...runtime });
  const built = ctx.build('FileUploader', {
    type: 'FileUploader',
    requester: { type: 'HttpRequester' },
    download_target_extractor: { type: 'DpathExtractor', field_path: ['url'] },
    filename_extractor: "{{ record['name'] }}",
    ...model,
  });
  return { upload: (record: JsonObject) => built.upload(record, new StreamSlice()), sent, discarded: () => discarded };
}

const record = (name: string): JsonObject => ({ url: 'https://files.example.com/7', name });

describe('FileUploader', () => {
  it('stores the file in the folder of the stream', async () => {
    const { upload, sent } = uploader();
    expect(await upload(record('/a/b.txt'))).toEqual({
      staging_file_url: join(staging, 'orders/a/b.txt'),
      source_file_relative_path: 'orders/a/b.txt',
      file_size_bytes: 7,
    });
    expect(readFileSync(join(staging, 'orders/a/b.txt'), 'utf8')).toBe('one two');
    expect(sent[0]?.slice?.variables().download_target).toBe('https://files.example.com/7');
  });

  it('invents a name without filename_extractor', async () => {
    const { source_file_relative_path } = await uploader({ filename_extractor: null }).upload(record('x'));
    expect(source_file_relative_path).toMatch(/^orders\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('leaves no half file behind when the body breaks', async () => {
    await expect(uploader({}, {}, true).upload(record('a.txt'))).rejects.toThrow('cut');
    expect(readdirSync(join(staging, 'orders'))).toEqual([]);
  });

  it.each(['../escape', 'a/../../escape', '..', '', 'folder/'])('refuses the name %j', async (name) => {
    const { upload, sent } = uploader();
    await expect(upload(record(name))).rejects.toMatchObject({ code: 'records.unsafe_file_name' });
    expect(sent).toEqual([]);
  });

  it.each<JsonObject>([{ name: 'x' }, { name: 'x', url: 5 }])('says that %j names no file', async (each) => {
    await expect(uploader().upload(each)).rejects.toMatchObject({ code: 'records.no_download_target', failureType: 'system_error' });
  });

  it('writes nothing in a test read, but shows the path in the record', async () => {
    const { upload, discarded } = uploader({}, { testRead: { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 } });
    const shown = record('a.txt');
    expect((await upload(shown)).file_size_bytes).toBe(-1);
    expect(shown.source_file_relative_path).toBe('orders/a.txt');
    expect(discarded()).toBe(1);
    expect(existsSync(join(staging, 'orders'))).toBe(false);
  });
});
