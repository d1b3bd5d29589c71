// Bundles src/main.ts into dist/: one file for what every command needs, chunks for what only some do.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
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

/** Parts of axios for browsers and forms. Here it sends bytes with Node's http; these would load undici and a list of all media types. */
const UNUSED = {
  'adapters/fetch': 'export const getFetch = () => undefined;',
  'platform/node/classes/FormData': 'export default undefined;',
};
const withoutUnused = {
  name: 'without-unused',
  setup({ onLoad }) {
    const part = new RegExp(`axios[/\\\\]lib[/\\\\](${Object.keys(UNUSED).join('|')})\\.js$`);
    onLoad({ filter: part }, ({ path }) => ({ contents: UNUSED[part.exec(path)[1]], loader: 'js' }));
  },
};

/** Packages that few runs need and whose callers cannot wait for an import(): a file of their own is read at the first call. */
const ON_DEMAND = {
  'any-ascii': "export default (text) => require('./any-ascii.cjs').default(text);",
  pino: "export default (...args) => require('./pino.cjs')(...args);",
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

rmSync('dist', { recursive: true, force: true });
const common = { outdir: 'dist', bundle: true, platform: 'node', target: 'node20', legalComments: 'none' };
await build({ ...common, entryPoints: Object.fromEntries(Object.keys(ON_DEMAND).map((name) => [name, name])), format: 'cjs', outExtension: { '.js': '.cjs' }, minify: true });
await build({
  ...common,
  entryPoints: ['src/main.ts'],
  splitting: true,
  format: 'esm',
  // Less to read at every start; names stay, so that stack traces in bug reports can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  // Beside main.js, so that the files on demand have one address.
  chunkNames: '[name]-[hash]',
  define: { __VERSION__: JSON.stringify(version) },
  // jsonpath reads files of its own package at run time.
  external: ['jsonpath'],
  plugins: [compiledManifestSchema, withoutUnused, onDemand],
  // CommonJS packages inside the ES module bundle call require().
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
});
await buildPage();
