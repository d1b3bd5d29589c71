import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerSecrets } from '../connector/config';
import { compileSchema } from '../manifest/validate';
import type { AirbyteStream, ConfiguredAirbyteCatalog, SyncMode } from '../protocol/airbyte';
import { isObject, type JsonObject } from '../protocol/json';
import { parseJson, stringifyJson } from '../protocol/lossless-json';
import { Findings, type RuleResult } from './findings';
import { formProblem, readMessage, type Verb } from './message-form';
import { ReadObserver, type Checkpoint } from './read-observer';
import { runSource, type SourceExit, type SourceProcess } from './run-source';
import { checkCatalogStream } from './stream-expectations';

export interface AcceptanceOptions {
  source: SourceProcess;
  config: JsonObject;
  /** Which streams, and in which mode; all of them, in every mode they support, when undefined. */
  catalog: ConfiguredAirbyteCatalog | undefined;
  /** Top-level fields that may differ between two reads, e.g. the time of the request. */
  ignoredFields: readonly string[];
  /** Told before each run. */
  onProgress(what: string): void;
}

export interface AcceptanceReport {
  command: string;
  isAccepted: boolean;
  rules: RuleResult[];
  runs: { what: string; exitCode: number | null; seconds: number; records?: number }[];
}

/** Secrets that are shorter stand in every text. */
const SHORTEST_SECRET = 6;
/** From so many earlier states a read is tried: each read may cost the API jobs. */
const CHECKPOINTS_TRIED = 2;
const LOOKS_SECRET = /(password|passwd|secret|token|api_?key|private_?key|credential)s?$/i;
/** A long run of digits may be more than a number of JavaScript holds. */
const LONG_NUMBER = /\d{16}/;

/** Puts a source through the rules: about seven runs, one after the other. */
export class Acceptance {
  private readonly findings = new Findings();
  private readonly secrets = new Set<string>();
  private readonly runs: AcceptanceReport['runs'] = [];
  private folder = '';
  /** The newest: a source may have its config replaced, e.g. by a new refresh token. */
  private config: JsonObject;
  private files = 0;

  constructor(private readonly options: AcceptanceOptions) {
    this.config = options.config;
  }

  /** @throws ConnectorError when the command cannot be started */
  async run(): Promise<AcceptanceReport> {
    this.folder = await mkdtemp(join(tmpdir(), 'accept-'));
    try {
      await this.steps();
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
    const rules = this.findings.results();
    return { command: this.options.source.command, isAccepted: rules.every(({ result }) => result !== 'failed'), rules, runs: this.runs };
  }

  private async steps(): Promise<void> {
    const { catalog } = this.options;
    const specification = await this.spec();
    if (!(await this.check(specification))) return;
    const streams = await this.discover();
    if (streams.length === 0) return;
    const selected = catalog ?? configure(streams, 'full_refresh');
    await this.unknownStream(selected);
    await this.fullRefresh(asMode(selected, 'full_refresh'));
    const incremental = catalog ? asMode({ streams: catalog.streams.filter(({ sync_mode }) => sync_mode === 'incremental') }, 'incremental') : configure(streams, 'incremental');
    if (incremental.streams.length > 0) await this.incremental(incremental);
  }

  private async spec(): Promise<JsonObject> {
    const found: JsonObject[] = [];
    await this.command('spec', [], 'spec', (message) => message.type === 'SPEC' && found.push(message.spec as JsonObject));
    this.findings.look('spec.one', 'spec.config', 'spec.secrets');
    if (found.length !== 1) this.findings.add('spec.one', 'spec', `${found.length} SPEC messages`);
    const specification = found[0]?.connectionSpecification;
    if (!isObject(specification)) return {};
    try {
      const violation = compileSchema(specification).check(this.options.config);
      if (violation) this.findings.add('spec.config', 'config', `${violation.path || 'the config'}: ${violation.message}`);
    } catch (error) {
      this.findings.add('spec.one', 'spec', `connectionSpecification is no usable schema: ${error instanceof Error ? error.message : String(error)}`);
    }
    for (const path of unmarkedSecrets(specification)) this.findings.add('spec.secrets', 'spec', `${path} is not marked`);
    registerSecrets(this.options.config, specification, { add: (secret) => void (String(secret).length >= SHORTEST_SECRET && this.secrets.add(String(secret))), mask: (text) => text });
    return specification;
  }

  private async check(specification: JsonObject): Promise<boolean> {
    const statusOf = async (what: string, given: JsonObject, mayFail: boolean) => {
      const statuses: JsonObject[] = [];
      const exit = await this.command('check', ['--config', await this.file('config', given)], what, (message) => message.type === 'CONNECTION_STATUS' && statuses.push(message.connectionStatus as JsonObject), mayFail);
      return { statuses, exit };
    };
    const { statuses } = await statusOf('check', this.config, false);
    this.findings.look('check.one');
    const succeeded = statuses.length === 1 && statuses[0]?.status === 'SUCCEEDED';
    if (!succeeded) this.findings.add('check.one', 'check', statuses.length === 1 ? `${String(statuses[0]?.status)}: ${String(statuses[0]?.message ?? '')}` : `${statuses.length} CONNECTION_STATUS messages`);
    if (Array.isArray(specification.required) && specification.required.length > 0) {
      const bad = await statusOf('check of an empty config', {}, true);
      this.findings.look('check.bad_config');
      if (bad.statuses.some(({ status }) => status === 'SUCCEEDED')) this.findings.add('check.bad_config', 'check', 'SUCCEEDED');
      else if (bad.statuses.length === 0 && bad.exit.exitCode === 0) this.findings.add('check.bad_config', 'check', 'neither a CONNECTION_STATUS nor an exit code that tells of it');
    }
    return succeeded;
  }

  private async discover(): Promise<AirbyteStream[]> {
    const catalogs: JsonObject[] = [];
    await this.command('discover', ['--config', await this.file('config', this.config)], 'discover', (message) => message.type === 'CATALOG' && catalogs.push(message.catalog as JsonObject));
    this.findings.look('catalog.one', 'catalog.fields');
    if (catalogs.length !== 1) this.findings.add('catalog.one', 'discover', `${catalogs.length} CATALOG messages`);
    const streams = (catalogs[0]?.streams ?? []) as unknown as AirbyteStream[];
    const named = streams.filter(({ name }) => typeof name === 'string' && name !== '');
    if (streams.length === 0) this.findings.add('catalog.one', 'discover', 'no stream');
    if (named.length < streams.length) this.findings.add('catalog.one', 'discover', 'a stream without a name');
    if (new Set(named.map(({ name, namespace }) => `${namespace ?? ''} ${name}`)).size < named.length) this.findings.add('catalog.one', 'discover', 'two streams of one name');
    for (const stream of named) checkCatalogStream(stream, this.findings);
    return named.filter(({ json_schema }) => isObject(json_schema));
  }

  private async fullRefresh(catalog: ConfiguredAirbyteCatalog): Promise<void> {
    const first = await this.read(catalog, 'full refresh');
    const second = await this.read(catalog, 'full refresh again');
    this.findings.look('read.twice');
    for (const name of first.streamNames) {
      const [before, after] = [first.recordsOf(name), second.recordsOf(name)];
      const lost = [...before].filter(([record, count]) => (after.get(record) ?? 0) < count).length;
      const added = [...after].filter(([record, count]) => (before.get(record) ?? 0) < count).length;
      if (lost + added > 0) this.findings.add('read.twice', name, `${lost} records only the first time, ${added} only the second time`);
    }
  }

  private async incremental(catalog: ConfiguredAirbyteCatalog): Promise<void> {
    const whole = await this.read(catalog, 'incremental');
    const last = await this.read(catalog, 'incremental from the last state', whole.lastStates);
    this.findings.look('state.resume');
    if (last.recordCount > whole.recordCount) this.findings.add('state.resume', 'incremental', `${last.recordCount} records after the last state, ${whole.recordCount} without a state`);
    for (const checkpoint of spread(whole.checkpoints.slice(0, -1), CHECKPOINTS_TRIED)) {
      const rest = await this.read(catalog, `incremental from state ${checkpoint.number} of ${whole.checkpoints.at(-1)?.number}`, checkpoint.states);
      this.findings.look('state.no_loss');
      for (const name of whole.streamNames) {
        const missing = whole.uncovered(name, checkpoint).filter((record) => !rest.recordsOf(name).has(record));
        if (missing.length > 0) this.findings.add('state.no_loss', name, `${missing.length} records are missing after state ${checkpoint.number}`);
      }
    }
  }

  private async unknownStream(catalog: ConfiguredAirbyteCatalog): Promise<void> {
    const [first] = catalog.streams;
    if (!first) return;
    const streams = [{ ...first, stream: { ...first.stream, name: 'a_stream_that_does_not_exist' } }];
    let errors = 0;
    const exit = await this.command('read', await this.readArguments({ streams }), 'read of an unknown stream', (message) => isTraceError(message) && (errors += 1), true);
    this.findings.look('read.unknown_stream');
    if (exit.exitCode === 0 && errors === 0) this.findings.add('read.unknown_stream', 'read', 'it ends with 0 and without a TRACE ERROR');
  }

  private async read(catalog: ConfiguredAirbyteCatalog, what: string, states?: readonly JsonObject[]): Promise<ReadObserver> {
    const observer = new ReadObserver(catalog, what, this.findings, this.options.ignoredFields, states !== undefined);
    const exit = await this.command('read', await this.readArguments(catalog, states), what, (message, exact) => observer.observe(message, exact));
    if (exit.exitCode === 0) observer.finish();
    (this.runs.at(-1) as AcceptanceReport['runs'][number]).records = observer.recordCount;
    return observer;
  }

  private async readArguments(catalog: ConfiguredAirbyteCatalog, states?: readonly JsonObject[]): Promise<string[]> {
    const files = ['--config', await this.file('config', this.config), '--catalog', await this.file('catalog', catalog as unknown as JsonObject)];
    return states ? [...files, '--state', await this.file('state', [...states])] : files;
  }

  /** One run of the source. `mayFail`: what is asked is wrong, so any end that tells of it is right. */
  private async command(verb: Verb, args: readonly string[], what: string, onMessage: (message: JsonObject, exact: JsonObject) => unknown, mayFail = false): Promise<SourceExit> {
    this.options.onProgress(what);
    this.findings.look('output.lines', 'output.messages', 'output.exit', 'output.secrets');
    let errors = 0;
    const exit = await runSource(this.options.source, [verb, ...args], (line, from) => {
      if (line === '') return;
      const read = from === 'stdout' ? readMessage(line) : undefined;
      const message = read && 'message' in read ? read.message : undefined;
      if (message?.type !== 'CONTROL') this.findSecrets(line, what);
      if (!read) return;
      if (!message) return this.findings.add('output.lines', what, 'problem' in read ? read.problem : '', 'no message');
      const problem = formProblem(message, verb);
      if (problem) return this.findings.add('output.messages', what, problem);
      if (isTraceError(message)) errors += 1;
      if (message.type === 'CONTROL' && !mayFail) this.config = (message.control as { connectorConfig: { config: JsonObject } }).connectorConfig.config;
      onMessage(message, LONG_NUMBER.test(line) ? exactMessage(line, message) : message);
    });
    this.runs.push({ what, exitCode: exit.exitCode ?? null, seconds: Math.round(exit.seconds * 10) / 10 });
    if (exit.timedOut) this.findings.add('output.exit', what, `it had not ended after ${Math.round(this.options.source.timeoutMs / 1000)} seconds`);
    else if (exit.exitCode === undefined) this.findings.add('output.exit', what, 'it was ended by a signal');
    else if (exit.exitCode !== 0 && errors === 0 && verb !== 'check') this.findings.add('output.exit', what, `exit code ${exit.exitCode} without a TRACE ERROR`);
    else if (exit.exitCode !== 0 && !mayFail) this.findings.add('output.exit', what, `exit code ${exit.exitCode}`);
    else if (exit.exitCode === 0 && errors > 0 && verb === 'read') this.findings.add('output.exit', what, 'exit code 0 in spite of a TRACE ERROR');
    return exit;
  }

  private findSecrets(line: string, what: string): void {
    for (const secret of this.secrets) {
      if (line.includes(secret) || line.includes(JSON.stringify(secret).slice(1, -1))) this.findings.add('output.secrets', what, `a secret of ${secret.length} characters`);
    }
  }

  private async file(name: string, content: JsonObject | JsonObject[]): Promise<string> {
    const path = join(this.folder, `${name}-${(this.files += 1)}.json`);
    await writeFile(path, stringifyJson(content), { mode: 0o600 });
    return path;
  }
}

function configure(streams: readonly AirbyteStream[], mode: SyncMode): ConfiguredAirbyteCatalog {
  return asMode({ streams: streams.filter((stream) => stream.supported_sync_modes?.includes(mode)).map((stream) => ({ stream, sync_mode: mode })) }, mode);
}

function asMode(catalog: ConfiguredAirbyteCatalog, mode: SyncMode): ConfiguredAirbyteCatalog {
  return {
    streams: catalog.streams.map((each) => ({ ...each, sync_mode: mode, destination_sync_mode: each.destination_sync_mode ?? 'append', cursor_field: each.cursor_field ?? each.stream.default_cursor_field ?? [] })),
  };
}

function isTraceError(message: JsonObject): boolean {
  return isObject(message.trace) && message.trace.type === 'ERROR';
}

/** With all digits of its numbers. */
function exactMessage(line: string, message: JsonObject): JsonObject {
  const parsed = message.type === 'RECORD' || message.type === 'STATE' ? parseJson(line) : message;
  return isObject(parsed) ? parsed : message;
}

function unmarkedSecrets(schema: JsonObject, path = ''): string[] {
  const nested = ['oneOf', 'anyOf', 'allOf'].flatMap((word) => (Array.isArray(schema[word]) ? schema[word].filter(isObject) : []));
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return [
    ...nested.flatMap((each) => unmarkedSecrets(each, path)),
    ...properties.flatMap(([name, property]) => {
      if (!isObject(property)) return [];
      const place = path ? `${path}.${name}` : name;
      const isText = property.type === undefined || property.type === 'string';
      const isOpen = isText && property.const === undefined && property.enum === undefined && property.airbyte_secret !== true && LOOKS_SECRET.test(name);
      return [...(isOpen ? [place] : []), ...unmarkedSecrets(property, place)];
    }),
  ];
}

/** Some of the list, evenly. */
function spread(checkpoints: readonly Checkpoint[], count: number): Checkpoint[] {
  if (checkpoints.length <= count) return [...checkpoints];
  return Array.from({ length: count }, (_, index) => checkpoints[Math.floor(((index + 1) * checkpoints.length) / (count + 1))] as Checkpoint);
}
