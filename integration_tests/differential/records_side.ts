import { createInterface } from 'node:readline';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import { EventBus } from '../../src/platform/events';
import type { Runtime } from '../../src/platform/runtime';
import { SystemClock } from '../../src/platform/clock';
import { parseJson, stringifyJson } from '../../src/protocol/lossless-json';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { recordsDefinitions } from '../../src/records/definitions';
import { StreamSlice } from '../../src/slices/stream-slice';

/** Our side of records_diff.py: one case a line on stdin, its records or its error on stdout. */
const registry = new ComponentRegistry(recordsDefinitions);
const silent = () => undefined;
const runtime = {
  clock: new SystemClock(),
  random: () => 0.5,
  env: {},
  logger: { log: silent, debug: silent, info: silent, warn: silent, error: silent },
  events: new EventBus(),
  signal: new AbortController().signal,
  shared: (_key: string, create: () => unknown) => create(),
} as unknown as Runtime;

async function run(model: JsonObject): Promise<JsonObject> {
  const ctx = registry.context({
    config: model.config as JsonObject,
    parameters: {},
    path: 'case',
    streamName: 's',
    isParent: false,
    role: undefined,
    runtime,
  });
  const selector = ctx.build('RecordSelector', model.selector as JsonObject);
  const transformations = (model.transformations as JsonObject[]).map((each) => ctx.build('RecordTransformation', each));
  const body = model.body as JsonValue;
  const extracted = await selector.extractor.extract(Array.isArray(body) ? body : [body]);
  const { records, failure } = selector.select(extracted, {
    slice: new StreamSlice(model.partition as JsonObject, model.cursor_slice as JsonObject),
    transformations,
    schema: model.schema as JsonObject,
    warn: silent,
  });
  if (failure !== undefined) throw failure;
  return { records };
}

for await (const line of createInterface({ input: process.stdin })) {
  const model = parseJson(line) as JsonObject;
  const result = await run(model).catch((error: unknown): JsonObject => ({
    error: `${(error as { code?: string }).code ?? 'bug'}: ${String(error)}`,
  }));
  process.stdout.write(`${stringifyJson({ id: model.id ?? null, ...result })}\n`);
}
