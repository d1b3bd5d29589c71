import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalog, readConfig, readState } from '../../src/connector/input-files';

const folder = mkdtempSync(join(tmpdir(), 'input-'));
let count = 0;
function file(text: string): string {
  const path = join(folder, `file-${count++}.txt`);
  writeFileSync(path, text);
  return path;
}

describe('readState', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['an empty file', '', {}],
    ['an empty list', '[]', {}],
    ['an empty object', '{}', {}],
    ['a stream', '[{"type":"STREAM","stream":{"stream_descriptor":{"name":"a"},"stream_state":{"x":1}}}]', { a: { x: 1 } }],
    ['a stream without a state', '[{"type":"STREAM","stream":{"stream_descriptor":{"name":"a"},"stream_state":null}}]', { a: {} }],
    [
      'what a client hands back, duplicate keys and nulls included',
      '[{"type":"STREAM","global_":null,"global_":null,"data":null,"stream":{"stream_descriptor":{"name":"a","namespace":null},"stream_state":{"x":1}},"sourceStats":{"recordCount":5.0},"destinationStats":null}]',
      { a: { x: 1 } },
    ],
    [
      'a global message without a shared state',
      '[{"type":"GLOBAL","global":{"shared_state":null,"stream_states":[{"stream_descriptor":{"name":"b"},"stream_state":{"y":2}}]}}]',
      { b: { y: 2 } },
    ],
    ['whole STATE messages', '[{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"a"},"stream_state":{"x":1}}}}]', { a: { x: 1 } }],
  ])('reads %s', async (_name, text, expected) => {
    expect(Object.fromEntries(await readState(file(text)))).toEqual(expected);
  });

  it.each([
    ['broken JSON', '[{', 'is not valid JSON'],
    ['something else', '[5]', 'holds something that is no stream state: 5'],
    ['a shared state', '{"type":"GLOBAL","global":{"shared_state":{"a":1},"stream_states":[]}}', 'GLOBAL state with a shared state'],
  ])('refuses %s', async (_name, text, message) => {
    await expect(readState(file(text))).rejects.toThrow(message);
  });
});

describe('readCatalog', () => {
  it('keeps members that it does not know', async () => {
    const path = file('{"streams":[{"stream":{"name":"a","json_schema":{}},"sync_mode":"full_refresh","generation_id":7}]}');
    expect((await readCatalog(path)).streams[0]).toMatchObject({ generation_id: 7 });
  });

  it.each([
    ['{"streams":[{"stream":{"name":"a"},"sync_mode":"INVALID"}]}', 'streams[0] (a): sync_mode "INVALID" is not one of full_refresh, incremental'],
    ['{"streams":[{"stream":{},"sync_mode":"full_refresh"}]}', 'streams[0]: "stream.name" is missing'],
    ['[]', 'must hold an object with a list "streams"'],
  ])('refuses %s', async (text, message) => {
    await expect(readCatalog(file(text))).rejects.toThrow(message);
  });
});

describe('readConfig', () => {
  it('names the file that is not there', async () => {
    await expect(readConfig(join(folder, 'nothing.json'))).rejects.toThrow(/The config file .*nothing\.json cannot be read/);
  });

  it('refuses what is no object', async () => {
    await expect(readConfig(file('[1]'))).rejects.toThrow('must hold a JSON object');
  });
});
