// `npm test` and `npm run demo` work on a fresh clone: installs the packages of the lock file when they are missing. Not
// `npm ci`: newer versions of npm refuse a lock file without the optional packages of other platforms.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('node_modules/.package-lock.json')) {
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
