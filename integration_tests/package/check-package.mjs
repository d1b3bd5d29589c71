// Packs the package, lints it (publint, @arethetypeswrong/cli), installs the tarball into an empty project and uses it as a stranger would:
// import, require, type check, executable. Needs a package registry; `.ci/run` calls it (npm run check:package).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve('.');
const folder = mkdtempSync(join(tmpdir(), 'package-'));
const run = (command, args, cwd = folder) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const project = (name, text) => writeFileSync(join(folder, name), text);

const MANIFEST = {
  version: '7.39.1',
  type: 'DeclarativeSource',
  check: { type: 'CheckStream', stream_names: ['a'] },
  streams: [
    {
      type: 'DeclarativeStream',
      name: 'a',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: "{{ config['url'] }}" },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
      },
      schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: {} } },
    },
  ],
  spec: { type: 'Spec', connection_specification: { type: 'object', properties: { url: { type: 'string' } } } },
};

const USE = `
import { createServer } from 'node:http';
import { Connector, explainError, type AirbyteMessage } from 'source-async-jobs';

const server = createServer((_request, response) => void response.end('[{"id":1},{"id":2}]')).listen(0, '127.0.0.1', () => void main());
async function main(): Promise<void> {
  const { port } = server.address() as { port: number };
  const source = new Connector({ manifest: ${JSON.stringify(MANIFEST)}, config: { url: \`http://127.0.0.1:\${port}/\` } });
  const { status } = await source.check();
  let rows = 0;
  let last: AirbyteMessage | undefined;
  for await (const message of source.read({ streams: ['a'] })) {
    if (message.type === 'RECORD') rows += 1;
    last = message;
  }
  if (status !== 'SUCCEEDED' || rows !== 2 || last?.type !== 'TRACE' || !explainError('http.status_404')) throw new Error(JSON.stringify({ status, rows, last }));
  server.close();
  console.log('used');
}
`;

try {
  const [{ filename, size, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root).replace(/^[^[]*/, ''));
  const tarball = join(folder, filename);
  const strange = files.map(({ path }) => path).filter((path) => !/^(dist|docs)\/|^(package\.json|metadata\.yaml|README\.md|CHANGELOG\.md|LICENSE)$/.test(path));
  if (strange.length > 0) throw new Error(`The package holds ${strange.join(', ')}`);
  console.log(`packed ${files.length} files, ${(size / 1e6).toFixed(1)} MB`);

  project('package.json', '{ "name": "stranger", "private": true, "type": "module" }');
  run('npm', ['exec', '--yes', '--package=publint@0.3.25', '--', 'publint', '--strict', tarball]);
  run('npm', ['exec', '--yes', '--package=@arethetypeswrong/cli@0.18.5', '--', 'attw', tarball]);
  console.log('publint and attw have nothing to say');

  run('npm', ['install', '--no-audit', '--no-fund', tarball, 'typescript@5', '@types/node@20']);
  project('use.ts', USE);
  // What docs/library.md shows must compile.
  const snippets = [...readFileSync(join(root, 'docs/library.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, text], index) => {
    project(`snippet-${index}.ts`, text);
    return `snippet-${index}.ts`;
  });
  run('npx', ['tsc', '--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--types', 'node', ...snippets]);
  project('require.cjs', "const { Connector } = require('source-async-jobs'); if (typeof Connector !== 'function') process.exit(1);");
  for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    run('npx', ['tsc', '--strict', '--target', 'es2022', '--module', module, '--moduleResolution', moduleResolution, '--types', 'node', '--outDir', 'out', 'use.ts']);
    if (run('node', ['out/use.js']).trim() !== 'used') throw new Error('the library did not work');
  }
  run('node', ['require.cjs']);
  run('npx', ['source-async-jobs', 'explain', 'jobs.failed']);
  console.log(`installed and used: import, require, types, executable (${readdirSync(join(folder, 'node_modules')).length} packages)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
