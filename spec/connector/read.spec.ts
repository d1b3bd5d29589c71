import { readStreams } from '../../src/connector/read';
import { ConnectorError } from '../../src/errors/connector-error';
import { MessageWriter } from '../../src/messages/message-writer';
import type { ConfiguredAirbyteCatalog } from '../../src/protocol/airbyte';
import type { JsonObject } from '../../src/protocol/json';
import type { Cursor } from '../../src/slices/cursor';
import type { StreamPartition } from '../../src/slices/parent-stream';
import { StreamSlice } from '../../src/slices/stream-slice';
import { RowCounts } from '../../src/streams/row-counts';
import type { SourceStream } from '../../src/streams/source-stream';
import { fakeRuntime } from '../support/fake-runtime';

/** A cursor that counts closed slices. */
function countingCursor(cursorField: string | undefined): Cursor {
  let closed = 0;
  return {
    cursorField,
    observesRecords: false,
    filtersRecords: false,
    setInitialState: () => undefined,
    async *slices() {},
    observe: () => undefined,
    shouldBeSynced: () => true,
    closeSlice: () => {
      closed += 1;
      return cursorField !== undefined;
    },
    finish: () => undefined,
    state: () => (cursorField ? { [cursorField]: closed } : { __ab_no_cursor_state_message: true }),
    requestOptions: () => ({}),
  };
}

type Slice = JsonObject[] | Error;

function fakeStream(name: string, slices: Slice[], more: Partial<SourceStream> & { cursorField?: string; before?: () => Promise<void> } = {}): SourceStream {
  return {
    name,
    cursor: countingCursor(more.cursorField),
    primaryKey: [],
    supportsIncremental: more.cursorField !== undefined,
    allowsCatalogDefinedCursorField: false,
    isFileBased: false,
    counts: new RowCounts(),
    parents: [],
    keepJobs: () => undefined,
    isAsynchronous: false,
    jsonSchema: async () => ({}),
    timeOfState: () => undefined,
    prepare: () => undefined,
    shareNote: () => ({}),
    acceptLines: () => undefined,
    async *partitions(): AsyncIterable<StreamPartition> {
      for (const [index, slice] of slices.entries()) {
        yield {
          slice: new StreamSlice({ index }),
          async *read() {
            await more.before?.();
            if (slice instanceof Error) throw slice;
            yield { kind: 'objects', records: slice };
          },
        };
      }
    },
    ...more,
  };
}

interface Outcome {
  /** What went out, short: `RECORD a`, `STATE a 2`, `COMPLETE a`, `ERROR a config_error`. */
  lines: string[];
  error: ConnectorError | undefined;
}

async function read(streams: SourceStream[], options: { selected?: string[]; concurrency?: number; groups?: [string, string][] } = {}): Promise<Outcome> {
  const runtime = fakeRuntime();
  let text = '';
  const writer = new MessageWriter({ write: (lines) => void (text += lines.toString()), flush: async () => undefined }, runtime.clock, runtime.secrets);
  const catalog: ConfiguredAirbyteCatalog = {
    streams: (options.selected ?? streams.map((stream) => stream.name)).map((name) => ({
      stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh'] },
      sync_mode: 'full_refresh',
    })),
  };
  let error: ConnectorError | undefined;
  try {
    await readStreams({ streams, catalog, states: new Map(), concurrency: options.concurrency ?? 2, groups: new Map(options.groups ?? []), writer, runtime });
  } catch (thrown) {
    error = thrown as ConnectorError;
  }
  return { lines: text.trim().split('\n').filter(Boolean).map(short), error };
}

function short(line: string): string {
  const message = JSON.parse(line) as Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  if (message.type === 'RECORD') return `RECORD ${message.record.stream}`;
  if (message.type === 'STATE') return `STATE ${message.state.stream.stream_descriptor.name} ${message.state.sourceStats.recordCount}`;
  const status = message.trace.stream_status;
  if (status) return `${status.status} ${status.stream_descriptor.name}`;
  return `ERROR ${message.trace.error.stream_descriptor?.name ?? ''} ${message.trace.error.failure_type}`;
}

describe('readStreams', () => {
  it('sends the last STATE before COMPLETE, and no RUNNING without a record', async () => {
    const { lines, error } = await read([fakeStream('full', [[{ id: 1 }, { id: 2 }]]), fakeStream('empty', [[]])], { concurrency: 1 });
    expect(error).toBeUndefined();
    expect(lines.filter((line) => line.endsWith('full') || line.includes('full '))).toEqual(['STARTED full', 'RUNNING full', 'RECORD full', 'RECORD full', 'STATE full 2', 'COMPLETE full']);
    expect(lines.filter((line) => line.includes('empty'))).toEqual(['STARTED empty', 'STATE empty 0', 'COMPLETE empty']);
  });

  it('counts records since the last STATE and does not repeat a STATE', async () => {
    const { lines } = await read([fakeStream('inc', [[{ id: 1 }], [{ id: 2 }, { id: 3 }]], { cursorField: 'at' })], { concurrency: 1 });
    expect(lines).toEqual(['STARTED inc', 'RUNNING inc', 'RECORD inc', 'STATE inc 1', 'RECORD inc', 'RECORD inc', 'STATE inc 2', 'COMPLETE inc']);
  });

  it('goes on with other slices and streams after a failure, and fails the run with its true cause', async () => {
    const broken = fakeStream('broken', [[{ id: 1 }], ConnectorError.transient('http.timeout', 'The API is down.'), [{ id: 2 }]], { cursorField: 'at' });
    const { lines, error } = await read([broken, fakeStream('fine', [[{ id: 9 }]])], { concurrency: 1 });
    expect(lines.filter((line) => line.startsWith('RECORD broken'))).toHaveLength(2);
    expect(lines).toContain('ERROR broken transient_error');
    expect(lines).toContain('INCOMPLETE broken');
    expect(lines).toContain('COMPLETE fine');
    expect(error).toMatchObject({ failureType: 'transient_error', message: expect.stringContaining('broken: The API is down.') });
  });

  it('sends no "finished" state for a full-refresh stream that failed', async () => {
    const { lines } = await read([fakeStream('full', [[{ id: 1 }], new Error('boom')])]);
    expect(lines.filter((line) => line.startsWith('STATE'))).toEqual([]);
    expect(lines.at(-1)).toBe('INCOMPLETE full');
  });

  it('ends a stream whose cursor cannot work: told once, INCOMPLETE, the others go on', async () => {
    const broken = fakeStream('broken', [[{ id: 1 }]], { cursorField: 'at' });
    const fail = () => {
      throw ConnectorError.config('slices.invalid_datetime', 'start_datetime is no date.');
    };
    const partitions = (): AsyncIterable<StreamPartition> => fail();
    const { lines, error } = await read([{ ...broken, partitions, cursor: { ...broken.cursor, state: fail } }, fakeStream('fine', [[{ id: 9 }]])], { concurrency: 1 });
    expect(lines.filter((line) => line.includes('broken'))).toEqual(['STARTED broken', 'ERROR broken config_error', 'INCOMPLETE broken']);
    expect(lines).toContain('COMPLETE fine');
    expect(error).toMatchObject({ code: 'read.streams_failed', failureType: 'config_error' });
  });

  it('says which selected stream it does not have, and reads the others', async () => {
    const { lines, error } = await read([fakeStream('here', [[{ id: 1 }]])], { selected: ['gone', 'here'] });
    expect(lines).toEqual(expect.arrayContaining(['ERROR gone config_error', 'INCOMPLETE gone', 'COMPLETE here']));
    expect(error?.message).toContain('The configured catalog selects the stream "gone"');
    expect(error?.message).toContain('It has: here');
  });

  it('refuses an empty selection', async () => {
    const { error } = await read([fakeStream('here', [])], { selected: [] });
    expect(error).toMatchObject({ code: 'catalog.empty', failureType: 'config_error' });
  });

  it('reads no more slices at once than the concurrency level', async () => {
    let now = 0;
    let most = 0;
    const before = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    };
    const slices = () => Array.from({ length: 10 }, () => [{ id: 1 }]);
    await read([fakeStream('a', slices(), { before }), fakeStream('b', slices(), { before }), fakeStream('c', slices(), { before })], { concurrency: 4 });
    expect(most).toBe(4);
  });

  it('runs one stream of a group at a time', async () => {
    const running = new Set<string>();
    let together = 0;
    const tracked = (name: string) => ({
      async before() {
        running.add(name);
        together = Math.max(together, running.size);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(name);
      },
    });
    await read([fakeStream('a', [[{}], [{}]], tracked('a')), fakeStream('b', [[{}], [{}]], tracked('b'))], { concurrency: 8, groups: [['a', 'g'], ['b', 'g']] });
    expect(together).toBe(1);
  });
});
