import { loadDescription } from './load-description';
import { startReportingApi } from './reporting-api';

/** `main api.yaml [port]`: prints `{"url": "http://127.0.0.1:…"}` when it listens, and runs until it is stopped. */
const [path, port] = process.argv.slice(2);
if (!path) {
  process.stderr.write('usage: main api.yaml [port]\n');
  process.exitCode = 2;
} else {
  const api = await startReportingApi(loadDescription(path), Number(port ?? 0));
  process.stdout.write(`${JSON.stringify({ url: api.url })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close());
}
