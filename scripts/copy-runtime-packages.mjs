// Copies the packages that the bundle loads at run time, with what they need, into the folder given.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Must equal `external` in scripts/build.mjs. */
const RUNTIME_PACKAGES = ['jsonpath'];

const target = process.argv[2];
const seen = new Set();
const copy = (name) => {
  const source = join('node_modules', name);
  if (seen.has(name) || !existsSync(source)) return;
  seen.add(name);
  cpSync(source, join(target, name), { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  Object.keys(dependencies).forEach(copy);
};
RUNTIME_PACKAGES.forEach(copy);
