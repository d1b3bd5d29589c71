import { Acceptance, type AcceptanceReport } from '../../src/accept/acceptance';
import { reportText } from '../../src/accept/report-text';
import type { Rule } from '../../src/accept/rules';
import { SystemClock } from '../../src/platform/clock';
import type { ConfiguredAirbyteCatalog } from '../../src/protocol/airbyte';

// The source is a process, so its time is real; nothing here waits for any.
function accept(faults: readonly string[], more: Partial<{ config: Record<string, string>; catalog: ConfiguredAirbyteCatalog; ignoredFields: string[]; timeoutMs: number; command: string }> = {}): Promise<AcceptanceReport> {
  const command = more.command ?? `'${process.execPath}' spec/accept/scripted-source.mjs '${JSON.stringify(faults)}'`;
  return new Acceptance({
    source: { command, env: { PATH: process.env.PATH }, timeoutMs: more.timeoutMs ?? 60_000, clock: new SystemClock(), signal: new AbortController().signal },
    config: more.config ?? { password: 'open-sesame' },
    catalog: more.catalog,
    ignoredFields: more.ignoredFields ?? [],
    onProgress: () => undefined,
  }).run();
}

function broken({ rules }: AcceptanceReport): Partial<Record<Rule, string>> {
  return Object.fromEntries(rules.filter(({ result }) => result === 'failed' || result === 'advice').map(({ rule, findings }) => [rule, findings.map(({ where, detail, count }) => `${where}: ${detail}${count > 1 ? ` (${count} times)` : ''}`).join('; ')]));
}

it('accepts a source that behaves, and has seen every rule', async () => {
  const report = await accept([]);
  expect(broken(report)).toEqual({});
  expect(report.isAccepted).toBe(true);
  expect(report.rules.filter(({ result }) => result === 'skipped')).toEqual([]);
  expect(report.runs.map(({ what }) => what)).toEqual([
    'spec', 'check', 'check of an empty config', 'discover', 'read of an unknown stream', 'full refresh', 'full refresh again',
    'incremental', 'incremental from the last state', 'incremental from state 2 of 6', 'incremental from state 4 of 6',
  ]);
  expect(report.runs.map(({ records }) => records)).toEqual([undefined, undefined, undefined, undefined, undefined, 12, 12, 6, 1, 5, 3]);
  expect(reportText(report)).toContain('Accepted: 26 rules passed, 0 failed');
});

const ONLY_PLAIN: ConfiguredAirbyteCatalog = {
  streams: [{ stream: { name: 'plain', json_schema: {}, supported_sync_modes: ['full_refresh'] }, sync_mode: 'full_refresh', primary_key: [['id']] }],
};

// Many faults a run, so that the spec stays quick; each is noticed by a rule of its own.
it.each<[string[], ConfiguredAirbyteCatalog | undefined, Partial<Record<Rule, string[]>>]>([
  [
    ['noise', 'number', 'unknown level', 'unmarked secret', 'two specs', 'wrong count', 'seconds', 'wrong type', 'late state', 'state twice'],
    undefined,
    {
      'output.lines': ['no JSON: starting up'], 'output.messages': ['level is "LOUD"'], 'spec.secrets': ['password is not marked'], 'spec.one': ['2 SPEC messages'], 'state.count': ['recordCount is'],
      'read.records': ['no time in milliseconds'], 'read.schema': [`id: "1" is not of type 'integer'`], 'state.last': ['STATE after the last status'], 'state.repeated': ['a STATE comes twice'],
    },
  ],
  [
    ['checks nothing', 'stream twice', 'key is not declared', 'schema is no schema', 'unknown streams are ignored', 'no STARTED', 'stray field'],
    undefined,
    {
      'check.bad_config': ['SUCCEEDED'], 'catalog.one': ['two streams of one name', 'stream plain: json_schema is no usable schema'], 'catalog.fields': ['primary key uuid'], 'read.unknown_stream': ['it ends with 0'],
      'read.statuses': ['records before STARTED'], 'read.key_present': ['no value in uuid'], 'read.undeclared': ['the field stray'],
    },
  ],
  [
    ['no key', 'no last state', 'code 0 in spite of an error', 'stray stream', 'no COMPLETE'],
    ONLY_PLAIN,
    { 'read.key_present': ['no value in id'], 'state.last': ['records after the last STATE'], 'output.exit': ['exit code 0 in spite of a TRACE ERROR'], 'read.statuses': ['no COMPLETE'] },
  ],
  [['stray stream', 'secret in a log', 'secret on stderr'], ONLY_PLAIN, { 'read.records': ['other: the stream is not selected'], 'output.secrets': ['check: a secret of 11 characters', 'full refresh: a secret of 11 characters (2 times)'] }],
  [['same key', 'INCOMPLETE', 'silent failure', 'random'], ONLY_PLAIN, { 'read.key_unique': ['more than one record with the key [1]'], 'read.statuses': ['ended INCOMPLETE'], 'output.exit': ['exit code 1 without a TRACE ERROR'], 'read.twice': ['plain: 1 records only the first time, 1 only the second time'] }],
  [['empty', 'loses the day of the state'], undefined, { 'read.empty': ['plain: no record'], 'state.no_loss': ['days: 1 records are missing'] }],
  [['check fails'], undefined, { 'check.one': ['FAILED: password is wrong'] }],
])('notices: %s', async (faults, catalog, expected) => {
  const report = await accept(faults, { catalog });
  const found = broken(report);
  for (const [rule, texts] of Object.entries(expected)) for (const text of texts) expect(found).toMatchObject({ [rule]: expect.stringContaining(text) });
  expect(report.isAccepted).toBe(Object.keys(expected).every((rule) => ['read.empty'].includes(rule)));
});

it('tells numbers apart that differ in their last digit only, and leaves fields out that may differ', async () => {
  expect(broken(await accept(['big numbers', 'random'], { ignoredFields: ['day'] }))).toEqual({});
});

it('ends a source that does not end by itself, and what it has started', async () => {
  const found = broken(await accept([], { command: 'sleep 600; :', timeoutMs: 50 }));
  expect(found).toMatchObject({ 'output.exit': expect.stringMatching(/^spec: it had not ended .*; check: it had not ended/) });
});

it('reads only what the catalog selects', async () => {
  const report = await accept([], { catalog: ONLY_PLAIN });
  expect(report.runs.map(({ what }) => what)).not.toContain('incremental');
  expect(report.rules.find(({ rule }) => rule === 'state.no_loss')).toMatchObject({ result: 'skipped' });
  expect(report.isAccepted).toBe(true);
});

it('says when the config does not fit, and when nothing can be started', async () => {
  expect(broken(await accept([], { config: {} }))).toMatchObject({ 'spec.config': expect.stringContaining("'password' is a required property"), 'check.one': expect.stringContaining('FAILED') });
  const report = await accept([], { command: '/no/such/program' });
  expect(report.isAccepted).toBe(false);
  expect(broken(report)).toMatchObject({ 'output.exit': expect.stringContaining('exit code 127'), 'spec.one': 'spec: 0 SPEC messages' });
});
