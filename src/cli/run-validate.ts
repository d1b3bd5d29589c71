import { readFile } from 'node:fs/promises';
import type { BuilderWorld } from '../builder/builder-runtime';
import { lintManifest } from '../builder/lint/manifest-lint';
import { shownPath } from '../builder/lint/manifest-path';
import { LiveTest } from '../builder/live/live-test';
import { TestLines } from '../builder/live/test-lines';
import type { Finding, TestEvent } from '../builder/page-contract';
import { componentDefinitions } from '../components';
import { readConfig } from '../connector/input-files';
import { errorText, isConnectorError } from '../errors/connector-error';
import { ComponentRegistry } from '../manifest/component-registry';
import type { LineOutput } from '../messages/stdout';
import type { JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import { UsageError, type ToolArguments } from './parse-arguments';

type ValidateArguments = ToolArguments & { command: 'validate' };

/** As the web app's test. */
const TEST_LIMITS = { records: 1000, pages: 5, slices: 5 };

/** Prints what is wrong with a manifest, a finding a line, then the test of a stream where one is asked for; false when something is wrong. */
export async function runValidate(args: ValidateArguments, world: BuilderWorld, output: LineOutput): Promise<boolean> {
  const text = await readFile(args.manifest, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The manifest ${args.manifest} cannot be read: ${errorText(error)}`);
  });
  const registry = new ComponentRegistry(componentDefinitions);
  let config: JsonObject | undefined;
  let findings: Finding[];
  try {
    config = args.config === undefined ? undefined : await readConfig(args.config);
    findings = await lintManifest(text, registry, world, { config, origin: args.manifest });
  } catch (error) {
    // No config at all.
    if (!isConnectorError(error)) throw error;
    findings = [{ severity: 'error', code: error.code, path: [], message: error.message }];
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  await output.write(args.json ? findings.map((finding) => jsonLine({ type: 'finding', ...finding })).join('') : findingLines(args.manifest, findings));
  if (errors > 0 || args.test === undefined) return errors === 0;
  return runTest(args, text, config ?? {}, registry, world, output);
}

/** True when the test could read the stream. */
async function runTest({ test: streamName = '', json }: ValidateArguments, text: string, config: JsonObject, registry: ComponentRegistry, world: BuilderWorld, output: LineOutput): Promise<boolean> {
  const test = new LiveTest('validate', { text, streamName, limits: TEST_LIMITS, mode: { kind: 'live' } }, world);
  const lines = new TestLines();
  let last: TestEvent | undefined;
  const done = test.carryOut(config, registry, world.signal);
  const unwatched = new AbortController();
  while (last?.type !== 'finished') {
    const events = test.since(last?.seq ?? 0);
    if (events.length === 0) await test.next(unwatched.signal);
    for (const event of events) {
      await output.write(json ? jsonLine(event) : lines.of(event).map((line) => `${line}\n`).join(''));
      last = event;
    }
  }
  await done;
  world.signal.throwIfAborted();
  return last.outcome === 'ok';
}

function findingLines(file: string, findings: Finding[]): string {
  const lines = findings.map(({ severity, path, line, message }) => {
    const place = `${shownPath(path)}${line === undefined ? '' : `${path.length > 0 ? ' ' : ''}(line ${line})`}`;
    return `${severity}: ${place ? `${place}: ` : ''}${message}`;
  });
  const count = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted).length;
  return `${[...lines, `${file}: ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}.`].join('\n')}\n`;
}

function counted(number: number, what: string): string {
  return `${number === 0 ? 'no' : number} ${what}${number === 1 ? '' : 's'}`;
}

function jsonLine(value: object): string {
  return `${stringifyJson(value as JsonObject)}\n`;
}
