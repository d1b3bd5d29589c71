// Puts another list in the place of src/components.ts: the same components in the same order, each of which loads its module when
// somebody looks at more than its name. A manifest names a dozen of a hundred, and evaluating all takes a third of a small command.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const LIST = 'src/components.ts';

export const lazyDefinitions = {
  name: 'lazy-definitions',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]src[/\\]components\.ts$/ }, async ({ path }) => ({ contents: await (text ??= lazyList()), loader: 'ts', resolveDir: dirname(path) }));
  },
};
/** The app and the library have the same. */
let text;

async function lazyList() {
  const { metafile } = await build({ entryPoints: [LIST], bundle: true, platform: 'node', packages: 'external', format: 'esm', metafile: true, write: false, outdir: '.' });
  const lists = Object.keys(metafile.inputs).filter((path) => path === LIST || path.endsWith('/definitions.ts'));
  const modules = [...new Set(lists.flatMap((path) => metafile.inputs[path].imports.map((each) => each.path)))].filter((path) => !lists.includes(path));
  const found = await evaluate(modules);
  return [
    "import { LazyDefinition } from './manifest/lazy-definition';",
    'export const componentDefinitions = [',
    ...found.map(({ kind, type, typeOptional, module, place }) => `  new LazyDefinition(${JSON.stringify(kind)}, ${JSON.stringify(type)}, ${typeOptional}, () => require(${JSON.stringify(module)})${place}),`),
    '];',
  ].join('\n');
}

/** Of each component its names, and where in which module its definition is. */
async function evaluate(modules) {
  const contents = `
    import { componentDefinitions } from './components';
    ${modules.map((path, index) => `import * as m${index} from ${JSON.stringify(local(path))};`).join('\n')}
    const places = new Map();
    const note = (module, exported) => {
      for (const [name, value] of Object.entries(exported)) {
        places.set(value, { module, place: '.' + name });
        if (Array.isArray(value)) value.forEach((item, index) => places.set(item, { module, place: \`.\${name}[\${index}]\` }));
      }
    };
    ${modules.map((path, index) => `note(${JSON.stringify(local(path))}, m${index});`).join('\n')}
    export const found = componentDefinitions.map((definition) => {
      const place = places.get(definition);
      if (!place) throw new Error(\`\${definition.type} is exported by no module that a definitions.ts imports\`);
      return { kind: definition.kind, type: definition.type, typeOptional: definition.typeOptional, ...place };
    });`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: 'src', loader: 'ts' }, bundle: true, platform: 'node', format: 'cjs', write: false, logLevel: 'error', external: ['jsonpath'] });
  const module = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(import.meta.url));
  return module.exports.found;
}

const local = (path) => `./${path.replace(/^src\//, '').replace(/\.ts$/, '')}`;
