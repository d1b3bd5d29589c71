// Writes the types of the library, and what they refer to, into dist/types (npm run prepack).
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const work = mkdtempSync(join('node_modules', '.types-'));
try {
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: '../../src', outDir: 'out', types: ['node'] },
    include: ['../../src/**/*.d.ts'],
    files: ['../../src/index.ts'],
  }));
  execFileSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', work], { stdio: 'inherit' });
  const seen = new Set();
  const copy = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(work, 'out', file), 'utf8');
    for (const [, to] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) copy(`${join(dirname(file), to)}.d.ts`);
    cpSync(join(work, 'out', file), join('dist', 'types', file), { recursive: true });
  };
  copy('index.d.ts');
  if (!existsSync('dist/types/index.d.ts')) throw new Error('no types were written');
} finally {
  rmSync(work, { recursive: true, force: true });
}
