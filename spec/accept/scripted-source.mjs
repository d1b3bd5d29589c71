// A source that behaves, but for what its first argument says (JSON): the acceptance command has to notice.
import { readFileSync } from 'node:fs';

const faults = JSON.parse(process.argv[2]);
const [verb, ...rest] = process.argv.slice(3);
const options = Object.fromEntries(rest.flatMap((word, index) => (word.startsWith('--') ? [[word.slice(2), JSON.parse(readFileSync(rest[index + 1], 'utf8'))]] : [])));
const say = (message) => console.log(typeof message === 'string' ? message : JSON.stringify(message));
const has = (fault) => faults.includes(fault);
const NOW = 1_700_000_000_000;
const config = options.config ?? {};

const schema = { type: 'object', properties: { id: { type: 'integer' }, day: { type: 'string' } } };
const streams = [
  { name: 'days', json_schema: schema, supported_sync_modes: ['full_refresh', 'incremental'], source_defined_primary_key: [['id']], default_cursor_field: ['day'], source_defined_cursor: true },
  { name: 'plain', json_schema: has('schema is no schema') ? { type: 'number or so' } : schema, supported_sync_modes: ['full_refresh'], source_defined_primary_key: [[has('key is not declared') ? 'uuid' : 'id']] },
];
const status = (name, state) => say({ type: 'TRACE', trace: { type: 'STREAM_STATUS', emitted_at: NOW, stream_status: { stream_descriptor: { name }, status: state } } });
const record = (stream, data) => say({ type: 'RECORD', record: { stream, data, emitted_at: has('seconds') ? 1_700_000_000 : NOW } });
const state = (name, value, count) => say({ type: 'STATE', state: { type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: value }, sourceStats: { recordCount: has('wrong count') ? count + 1 : count } } });
const fail = (message) => {
  if (!has('silent failure')) say({ type: 'TRACE', trace: { type: 'ERROR', emitted_at: NOW, error: { message, failure_type: 'config_error' } } });
  process.exit(has('code 0 in spite of an error') ? 0 : 1);
};

function read() {
  const names = options.catalog.streams.map(({ stream, sync_mode }) => [stream.name, sync_mode]);
  if (names.some(([name]) => !streams.some((stream) => stream.name === name)) && !has('unknown streams are ignored')) fail('no such stream');
  const since = options.state?.[0]?.stream.stream_state.day;
  for (const [name, mode] of names) {
    if (!has('no STARTED')) status(name, 'STARTED');
    let count = 0;
    for (let id = 1; id <= 6; id += 1) {
      const day = `2024-01-0${id}`;
      if (name === 'days' && mode === 'incremental' && since && (has('loses the day of the state') ? day <= since || id === 5 : day < since)) continue;
      if (has('empty') && name === 'plain') continue;
      if (has('random') && id === 3) record(name, { id, day: String(Math.random()) });
      else if (has('stray field')) record(name, { id, day, stray: 1 });
      else if (has('wrong type')) record(name, { id: String(id), day });
      else if (has('no key')) record(name, { day });
      else if (has('same key')) record(name, { id: 1, day });
      else if (has('big numbers')) say(`{"type":"RECORD","record":{"stream":"${name}","data":{"id":9007199254740993${id},"day":"${day}"},"emitted_at":${NOW}}}`);
      else record(has('stray stream') && id === 3 ? 'other' : name, { id, day });
      count += 1;
      if (name !== 'days' || mode !== 'incremental') continue;
      state(name, { day: day }, count);
      if (has('state twice')) state(name, { day }, 0);
      count = 0;
    }
    if (has('secret in a log')) say({ type: 'LOG', log: { level: 'INFO', message: `using ${config.password}` } });
    if (has('late state')) status(name, 'COMPLETE');
    if (count > 0 && !has('no last state')) state(name, { done: true, at: name }, count);
    if (!has('late state') && !has('no COMPLETE')) status(name, has('INCOMPLETE') ? 'INCOMPLETE' : 'COMPLETE');
  }
}

if (has('noise')) say('starting up');
if (has('number')) say('7');
if (has('unknown level')) say({ type: 'LOG', log: { level: 'LOUD', message: 'x' } });
if (has('secret on stderr')) console.error(`password=${config.password}`);
if (verb === 'spec') {
  const password = { type: 'string', ...(has('unmarked secret') ? {} : { airbyte_secret: true }) };
  say({ type: 'SPEC', spec: { connectionSpecification: { type: 'object', required: ['password'], properties: { password } } } });
  if (has('two specs')) say({ type: 'SPEC', spec: { connectionSpecification: { type: 'object' } } });
} else if (verb === 'check') {
  const ok = has('checks nothing') || (config.password !== undefined && !has('check fails'));
  say({ type: 'CONNECTION_STATUS', connectionStatus: { status: ok ? 'SUCCEEDED' : 'FAILED', message: ok ? undefined : 'password is wrong' } });
} else if (verb === 'discover') {
  say({ type: 'CATALOG', catalog: { streams: has('stream twice') ? [...streams, streams[0]] : streams } });
} else read();
