import type { DecodeContext, Decoder } from '../../src/decode/decoder';
import { errorText, isConnectorError } from '../../src/errors/connector-error';
import { MessageWriter } from '../../src/messages/message-writer';
import type { LineOutput } from '../../src/messages/stdout';
import type { SecretRegistry } from '../../src/platform/runtime';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { parseJson, stringifyJson } from '../../src/protocol/lossless-json';
import type { RowPlan, RowPlanner } from '../../src/decode/row-plan';
import type { SelectionContext } from '../../src/records/record-selector';
import { StreamSlice } from '../../src/slices/stream-slice';
import { bodyOf, buildDecoder } from '../decode/decode-harness';
import { build } from '../records/build-record-component';
import { FakeClock } from '../support/fake-clock';

export interface Setup {
  decoder: JsonObject;
  /** The extractor's path. */
  path?: string[];
  transformations?: JsonObject[];
  filter?: string;
  transformsFirst?: boolean;
  schema?: JsonObject;
  cursorField?: string;
  /** Client-side filtering: what the value of the cursor field must not be. */
  unwanted?: JsonValue;
}

export interface Output {
  lines: string;
  filtered: number;
  /** The values of the cursor field, without repetitions. */
  notes: JsonValue[];
  warnings: string[];
  error: string | undefined;
  /** Why rows became objects; undefined when a plan was made. */
  reasons: (string | undefined)[];
  /** Rows that the plan had to work on. */
  asked: number;
}

const stream = { name: 'orders' };

/** Both ways from bytes to RECORD lines. */
export async function bothWays(setup: Setup, pieces: Uint8Array[]): Promise<{ objects: Output; planned: Output }> {
  return { objects: await read(setup, pieces, false), planned: await read(setup, pieces, true) };
}

async function read({ decoder: model, path = [], transformations = [], filter, transformsFirst, schema, cursorField, unwanted }: Setup, pieces: Uint8Array[], isPlanned: boolean): Promise<Output> {
  const decoder: Decoder = buildDecoder(model);
  const selector = build('RecordSelector', {
    type: 'RecordSelector',
    extractor: { type: 'DpathExtractor', field_path: path },
    ...(filter === undefined ? {} : { record_filter: { type: 'RecordFilter', condition: filter } }),
    ...(schema ? { schema_normalization: 'Default' } : {}),
    ...(transformsFirst === undefined ? {} : { transform_before_filtering: transformsFirst }),
  });
  const output: Output = { lines: '', filtered: 0, notes: [], warnings: [], error: undefined, reasons: [], asked: 0 };
  const sink: LineOutput = { write: (lines) => void (output.lines += Buffer.from(lines as string).toString('utf8')), flush: async () => undefined };
  const writer = new MessageWriter(sink, new FakeClock(), { mask: (text: string) => text } as SecretRegistry);
  const warn = (message: string) => void output.warnings.push(message);
  const note = (value: JsonValue) => void (output.notes.at(-1) !== value && output.notes.push(value));
  const context: SelectionContext = {
    slice: new StreamSlice({ region: 'eu' }, { start: '2024-01-01' }),
    transformations: transformations.map((each) => build('RecordTransformation', each)),
    schema: schema ?? {},
    warn,
    ...(unwanted === undefined ? {} : { shouldBeSynced: (record) => (record[cursorField!] ?? null) !== unwanted }),
  };
  const atPath = decoder.atPath?.(path);
  const emit = async (elements: JsonValue[]) => {
    const { records, filtered, failure } = selector.select(isPlanned && atPath ? elements : await selector.extractor.extract(elements), context);
    output.filtered += filtered;
    if (cursorField !== undefined) records.forEach((record) => note(record[cursorField] ?? null));
    await writer.records(stream, records);
    if (failure !== undefined) throw failure;
  };
  const decoding: DecodeContext = { headers: {}, warn };
  try {
    if (!isPlanned) {
      for await (const elements of decoder.decode(bodyOf(pieces), decoding)) await emit(elements);
      return output;
    }
    const planner = selector.planner!({ ...context, cursorField, notesCursorField: cursorField !== undefined, tell: (reason) => void output.reasons.push(reason) });
    const counting: RowPlanner = { ...planner, plan: (...row) => counted(planner.plan(...row), output) };
    for await (const batch of (atPath ?? decoder).transcodePlanned!(bodyOf(pieces), { envelope: writer.envelope(stream), planner: counting }, decoding)) {
      if (Array.isArray(batch)) await emit(batch);
      else {
        const text = Buffer.from(batch.lines).toString('utf8');
        expect(text.split('\n').length - 1).toBe(batch.count);
        output.lines += text;
        output.filtered += batch.dropped ?? 0;
        batch.notes?.forEach(note);
        if (batch.failure !== undefined) throw batch.failure;
      }
    }
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    output.error = `${error.code}: ${errorText(error)}`;
  }
  return output;
}

function counted(plan: RowPlan | undefined, output: Output): RowPlan | undefined {
  const counting = (evaluate: RowPlan['evaluate']): RowPlan['evaluate'] => (values, texts) => {
    output.asked++;
    return evaluate(values, texts);
  };
  return plan && { ...plan, evaluate: counting(plan.evaluate), finish: plan.finish && { ...plan.finish, evaluate: counting(plan.finish.evaluate) } };
}

/** The same lines, byte for byte, and the same error after them. */
export function expectSame({ objects, planned }: { objects: Output; planned: Output }): void {
  expect(planned.error).toEqual(objects.error);
  expect(planned.lines).toBe(objects.lines);
  expect(planned.filtered).toBe(objects.filtered);
  expect(planned.notes).toEqual(objects.notes);
  // What comes after the failure is not looked at in one way, and may be in the other.
  if (!objects.error) expect([...planned.warnings].sort()).toEqual([...objects.warnings].sort());
}

/** What two texts of the same JSON have in common. */
const readAgain = (lines: string) => lines.split('\n').map((line) => (line === '' ? '' : stringifyJson(parseJson(line))));
/** Batches differ, and with them where an item is in its batch. */
const withoutItem = (error: string | undefined) => error?.replace(/\bItem \d+ /, 'Item ');

/** The same records in other words, and the same error after them, unless the body is damaged. */
export function expectSameRecords({ objects, planned }: { objects: Output; planned: Output }): void {
  // How much goes out before damage, and how it is put, depends on the batches.
  if (objects.error?.startsWith('decode.')) return expect(planned.error).toMatch(/^decode\./);
  expect(withoutItem(planned.error)).toEqual(withoutItem(objects.error));
  expect(readAgain(planned.lines)).toEqual(readAgain(objects.lines));
  expect(planned.filtered).toBe(objects.filtered);
  expect(planned.notes).toEqual(objects.notes);
  if (!objects.error) expect([...planned.warnings].sort()).toEqual([...objects.warnings].sort());
}

export function cut(bytes: Buffer, where: number[]): Buffer[] {
  const ends = [...new Set(where.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}
