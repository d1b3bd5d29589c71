import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** The rooms from left to right; a file imports from its own room and from rooms left of it. Types may come from anywhere left of `connector`. */
const ROOMS = ['protocol', 'platform', 'errors', 'datetime', 'manifest', 'slices', 'requests', 'jobs', 'download', 'decode', 'records', 'streams', 'messages', 'connector', 'library', 'builder', 'accept', 'cli'];

/** A package, and the only place that may know it. */
const DOORS: readonly (readonly [packageName: string, place: string])[] = [
  ['yargs', 'src/cli/'],
  ['ajv', 'src/manifest/validate.ts'],
  ['axios', 'src/requests/http-client.ts'],
  ['axios-retry', 'src/requests/http-client.ts'],
  ['papaparse', 'src/decode/'],
  ['jsonpath', 'src/records/'],
  ['pino', 'src/messages/log.ts'],
  ['hono', 'src/builder/'],
  ['@hono/node-server', 'src/builder/'],
];

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sourceFiles(path) : /\.tsx?$/.test(path) ? [path] : [];
  });
}

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
  /** An `import()`. */
  lazy: boolean;
}

const files = sourceFiles('src');
const imports: Import[] = files.flatMap((path) => {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g)].map((match) => ({
    from: path,
    to: match[2] ?? match[3]!,
    typeOnly: match[1] !== undefined,
    lazy: match[2] === undefined,
  }));
});

const roomOf = (path: string): number => ROOMS.indexOf(path.split(sep)[1]!.replace(/\.ts$/, ''));

describe('the house', () => {
  it('has imports that point left', () => {
    const wrong = imports
      .filter(({ from, to, typeOnly }) => {
        if (!to.startsWith('.') || typeOnly) return false;
        const target = normalize(join(dirname(from), to));
        return roomOf(from) >= 0 && roomOf(target) > roomOf(from);
      })
      .map(({ from, to }) => `${from} → ${to}`);
    // connector/run-command.ts reaches the open list of components, which stands above the rooms.
    expect(wrong).toEqual([]);
  });

  it('has no circle of imports, types included', () => {
    const left = new Map(files.map((path) => [path.replace(/\.tsx?$/, ''), new Set<string>()]));
    for (const { from, to } of imports) {
      const target = normalize(join(dirname(from), to));
      if (to.startsWith('.') && left.has(target)) left.get(from.replace(/\.tsx?$/, ''))!.add(target);
    }
    // What imports nothing that is left cannot be in a circle; taken away until only circles remain.
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const [path, targets] of left) if (![...targets].some((target) => left.has(target))) left.delete(path);
    }
    expect([...left.keys()]).toEqual([]);
  });

  it.each(DOORS)('lets %s in through one door only, and uses it', (packageName, place) => {
    const users = imports.filter(({ to }) => to === packageName || to.startsWith(`${packageName}/`)).map(({ from }) => from);
    expect(users.filter((path) => !path.startsWith(place))).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  it('loads the Builder only where its commands are run', () => {
    const atStart = imports.filter(({ from, to, typeOnly, lazy }) => !typeOnly && !lazy && /^src\/cli\/run-|^src\/builder\//.test(normalize(join(dirname(from), to))));
    expect(atStart.map(({ from }) => from).filter((from) => !/^src\/(builder\/|cli\/run-)/.test(from))).toEqual([]);
  });

  it('writes to stdout from messages/ only', () => {
    const writers = files.filter((path) => /process\.stdout\.\w|console\.(log|info)\(|writeSync\(1\b/.test(readFileSync(path, 'utf8')));
    expect(writers).toEqual([]);
  });

  it('takes time, chance and environment through platform/ only', () => {
    // The page has the browser's clock.
    const allowed = ['src/platform/clock.ts', 'src/main.ts', 'src/library/connector.ts', 'src/builder/page/testing/test-clock.ts'];
    const users = files.filter((path) => !allowed.includes(path) && /\bDate\.now\(|\bMath\.random\b|\bprocess\.env\b|\bnew Date\(\)|performance\.now\(/.test(readFileSync(path, 'utf8')));
    expect(users).toEqual([]);
  });

  it('says in a README what each room is', () => {
    const silent = ROOMS.filter((room) => statSync(join('src', room), { throwIfNoEntry: false })?.isDirectory()).filter(
      (room) => !statSync(join('src', room, 'README.md'), { throwIfNoEntry: false }),
    );
    expect(silent).toEqual([]);
  });
});
