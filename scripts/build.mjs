// Bundles src/main.ts into dist/app.cjs, which dist/main.js starts: one file, because V8 can keep what it has compiled of it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
import { writeCodeCaches } from './code-cache.mjs';
import { lazyDefinitions } from './lazy-definitions.mjs';
import './build-wasm.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Puts the manifest's schema, compiled here, in the place of src/manifest/compiled-manifest-schema.ts. */
const compiledManifestSchema = {
  name: 'compiled-manifest-schema',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]compiled-manifest-schema\.ts$/ }, () => ({
      contents: execFileSync(process.execPath, ['scripts/run-ts.mjs', 'scripts/compile-manifest-schema.ts'], { encoding: 'utf8', maxBuffer: 1 << 26 }),
      loader: 'js',
    }));
  },
};

/** Parts of axios that send requests, for browsers too, and forms. The adapter is ours; these would load undici and a list of all media types. */
const UNUSED = {
  'adapters/fetch': 'export const getFetch = () => undefined;',
  'adapters/http': 'export default false;',
  'adapters/xhr': 'export default false;',
  'platform/node/classes/FormData': 'export default undefined;',
};
const withoutUnused = {
  name: 'without-unused',
  setup({ onLoad }) {
    const part = new RegExp(`axios[/\\\\]lib[/\\\\](${Object.keys(UNUSED).join('|')})\\.js$`);
    onLoad({ filter: part }, ({ path }) => ({ contents: UNUSED[part.exec(path)[1]], loader: 'js' }));
    // A look at the global FormData loads undici as well.
    onLoad({ filter: /axios[/\\]lib[/\\]utils\.js$/ }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(/^const FormDataCtor = .*$/m, 'const FormDataCtor = undefined;'), loader: 'js' }));
  },
};

const nodeRequire = createRequire(import.meta.url);
/** A module with the members of another, which is loaded by the first look at one of them. */
const lazyMembers = (path, from = path) =>
  `let part; const load = () => (part ??= require(${JSON.stringify(from)})); module.exports = { ${Object.keys(nodeRequire(path)).map((key) => `get ${key}() { return load().${key}; }`)} };`;

/** Packages that few runs need: a file of their own is read at the first call, and no start reads it with the rest. */
const ON_DEMAND = {
  'any-ascii': "export default (text) => require('./any-ascii.cjs').default(text);",
  pino: "export default (...args) => require('./pino.cjs')(...args);",
  yaml: lazyMembers('yaml', './yaml.cjs'),
  yauzl: lazyMembers('yauzl', './yauzl.cjs'),
  jose: "module.exports = require('./jose.cjs');",
  'tough-cookie': "module.exports = require('./tough-cookie.cjs');",
  re2js: "export const RE2JS = { compile: (pattern) => require('./re2js.cjs').RE2JS.compile(pattern) };",
};
const onDemand = {
  name: 'on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${Object.keys(ON_DEMAND).join('|')})$`) }, ({ path, kind }) => (kind === 'entry-point' ? undefined : { path, namespace: 'on-demand' }));
    onResolve({ filter: /\.cjs$/, namespace: 'on-demand' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /./, namespace: 'on-demand' }, ({ path }) => ({ contents: ON_DEMAND[path], loader: 'js' }));
  },
};

/** Parts of Node that take long to load, and that small commands do not use: loaded by the first look at one of their members. */
const SLOW_TO_LOAD = ['child_process', 'crypto', 'dns', 'fs/promises', 'http', 'https', 'net', 'os', 'readline', 'stream', 'stream/promises', 'timers/promises', 'tls', 'tty', 'v8', 'zlib'];
const lazyParts = {
  name: 'lazy-parts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(?:node:)?(?:${SLOW_TO_LOAD.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'lazy-parts' ? { path, external: true } : { path: path.replace(/^(?:node:)?/, 'node:'), namespace: 'lazy-parts' },
    );
    onLoad({ filter: /./, namespace: 'lazy-parts' }, ({ path }) => ({
      contents: lazyMembers(path),
      loader: 'js',
    }));
  },
};

/** scripts/start.cjs gives it. */
const givenImport = {
  name: 'given-import',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]import-module\.ts$/ }, () => ({ contents: 'export const importModule = __importModule;', loader: 'js' }));
  },
};

rmSync('dist', { recursive: true, force: true });
const common = { outdir: 'dist', bundle: true, platform: 'node', target: 'node20', legalComments: 'none' };
await build({ ...common, entryPoints: Object.fromEntries(Object.keys(ON_DEMAND).map((name) => [name, name])), format: 'cjs', outExtension: { '.js': '.cjs' }, minify: true });
await build({
  ...common,
  entryPoints: { app: 'src/main.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // Less to read at every start; names stay, so that stack traces in bug reports can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  define: { __VERSION__: JSON.stringify(version), 'import.meta.url': '__address' },
  // jsonpath reads files of its own package at run time.
  external: ['jsonpath'],
  plugins: [lazyDefinitions, lazyParts, compiledManifestSchema, withoutUnused, onDemand, givenImport],
  // What scripts/start.cjs calls.
  banner: { js: "(function (require, __filename, __importModule) {const __address = require('node:url').pathToFileURL(__filename).href;" },
  footer: { js: '})' },
});
// The library: what other programs import. dist/package.json makes it CommonJS, which both import and require() take.
await build({
  ...common,
  entryPoints: ['src/index.ts'],
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  define: { 'import.meta.url': '__address' },
  external: ['jsonpath'],
  plugins: [lazyDefinitions, compiledManifestSchema, withoutUnused, onDemand],
  banner: { js: "const __address = require('node:url').pathToFileURL(__filename).href;" },
});
copyFileSync('scripts/start.cjs', 'dist/main.js');
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
await writeCodeCaches();
await buildPage();
