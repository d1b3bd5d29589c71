// Bundles the Builder's page into dist/builder-page/: index.html, page-HASH.js with its chunks, page.css.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';

const SOURCE = 'src/builder/page';

export async function buildPage(outdir = 'dist/builder-page') {
  mkdirSync(outdir, { recursive: true });
  const common = { outdir, bundle: true, minify: true, platform: 'browser', target: 'es2022', legalComments: 'none' };
  const { metafile } = await build({
    ...common,
    entryPoints: { page: `${SOURCE}/main.tsx` },
    format: 'esm',
    // The editor of YAML is large and not always needed: a chunk of its own.
    splitting: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: `${SOURCE}/tsconfig.json`,
    metafile: true,
  });
  await build({ ...common, entryPoints: [`${SOURCE}/page.css`] });
  const [script] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === `${SOURCE}/main.tsx`);
  writeFileSync(`${outdir}/index.html`, readFileSync(`${SOURCE}/index.html`, 'utf8').replace('__PAGE_SCRIPT__', basename(script)));
}
