// `npm run demo`: the SendGrid contacts export against a fake API on this machine. Airbyte messages go to stdout, the
// story to stderr.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const RECIPE = 'docs/recipes/sendgrid-contacts.yaml';
const say = (text = '') => process.stderr.write(`${text}\n`);

const api = spawn(process.execPath, ['scripts/run-ts.mjs', 'integration_tests/reporting_api/main.ts', 'integration_tests/reporting_api/sendgrid.yaml'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const folder = mkdtempSync(join(tmpdir(), 'demo-'));
const file = (name, value) => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value, null, 2));
  return path;
};

/** Runs the connector, passes its messages on and tells what they mean. */
function connector(command, args) {
  say(`\n▶ node dist/main.js ${[command, '--manifest-path', RECIPE, ...args.map((arg) => arg.replace(folder, '…'))].join(' ')}`);
  // The story is told on the same terminal.
  const quiet = command === 'check' || command === 'read' ? ['--no-progress'] : [];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/main.js', command, '--manifest-path', RECIPE, ...args, ...quiet], { stdio: ['ignore', 'pipe', 'inherit'] });
    const messages = [];
    createInterface({ input: child.stdout }).on('line', (line) => {
      process.stdout.write(`${line}\n`);
      const message = JSON.parse(line);
      messages.push(message);
      narrate(message);
    });
    child.on('close', (code) => (code === 0 ? resolve(messages) : reject(new Error(`${command} ended with exit code ${code}`))));
  });
}

let records = 0;
function narrate(message) {
  const { type, log, connectionStatus, catalog, spec, trace, state } = message;
  if (type === 'SPEC') say(`  the user gives: ${Object.entries(spec.connectionSpecification.properties).map(([name, { title, airbyte_secret: secret }]) => `${title ?? name}${secret ? ' (secret)' : ''}`).join(', ')}`);
  if (type === 'CONNECTION_STATUS') say(`  the connection: ${connectionStatus.status}`);
  if (type === 'CATALOG') say(`  streams: ${catalog.streams.map(({ name, source_defined_primary_key: key }) => `${name} (primary key ${key})`).join(', ')}`);
  if (type === 'LOG' && /job/i.test(log.message)) say(`  ${log.message}`);
  if (trace?.stream_status) say(`  stream ${trace.stream_status.stream_descriptor.name}: ${trace.stream_status.status}`);
  if (type === 'STATE') say(`  state of ${state.stream.stream_descriptor.name} after ${state.sourceStats.recordCount} records`);
  if (type === 'RECORD') records += 1;
}

try {
  const { url } = JSON.parse(await new Promise((resolve, reject) => {
    createInterface({ input: api.stdout }).once('line', resolve);
    api.once('close', () => reject(new Error('the fake API did not start')));
  }));
  say(`A fake of SendGrid's reporting API answers at ${url} (integration_tests/reporting_api/sendgrid.yaml).`);
  const config = file('config.json', { api_key: 'SG.test-key', base_url: url });

  await connector('spec', []);
  await connector('check', ['--config', config]);
  const [{ catalog }] = (await connector('discover', ['--config', config])).filter(({ type }) => type === 'CATALOG');
  const selected = file('catalog.json', { streams: catalog.streams.map((stream) => ({ stream, sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' })) });
  await connector('read', ['--config', config, '--catalog', selected]);

  const log = await (await fetch(`${url}/__log`)).json();
  say(`\nDone: ${records} contacts. The API saw ${log.length} requests, those of the check included:`);
  for (const { method, path, status } of log) say(`  ${method.padEnd(6)} ${path} → ${status}`);
  say(`
What to try next:
  - Read the recipe: ${RECIPE}
  - Run the connector on a manifest of yours:
      node dist/main.js read --manifest-path manifest.yaml --config config.json --catalog catalog.json
  - Break the API and watch what happens: add faults to sendgrid.yaml (integration_tests/reporting_api/README.md).`);
} finally {
  api.kill();
  rmSync(folder, { recursive: true, force: true });
}
