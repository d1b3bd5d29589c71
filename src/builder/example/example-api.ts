import { createHash } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { exampleCsv, exampleRows } from './example-rows';

/** What the API wants as `Authorization: Bearer …`. No secret: it is shown in the page. */
export const EXAMPLE_KEY = 'example-key';

/** What can go wrong, by the name that a creation gives: `POST /exports?fault=slow`. */
export const EXAMPLE_FAULTS = ['slow', 'fail', 'unknown_status', 'rate_limit', 'cut_file', 'html'] as const;
type Fault = (typeof EXAMPLE_FAULTS)[number];

interface Export {
  id: string;
  polls: number;
  fault: Fault | undefined;
  isCancelled: boolean;
}

const MAX_EXPORTS = 100;
const FILES = 2;
const ROWS_A_FILE = 20;
const PAGE_SIZE = 10;
const POLLS_UNTIL_READY = 3;
const POLLS_WHEN_SLOW = 12;

/**
 * A small reporting API to try with: `POST /exports`, `GET /exports/{id}` until it is ready, `GET /files/…` (signed, CSV), `POST
 * /exports/{id}/cancel`; and `GET /contacts?page=` for a synchronous stream. Everything is made up and forgotten with the server.
 * @param base where it is mounted, e.g. `/example`
 */
export function exampleApi(base: string): Hono {
  const exports = new Map<string, Export>();
  let count = 0;
  let limited = 0;
  const app = new Hono();

  app.use(async (c, next) => {
    if (!c.req.path.startsWith(`${base}/files/`) && c.req.header('authorization') !== `Bearer ${EXAMPLE_KEY}`) {
      return c.json({ error: 'The API key is missing or wrong. Send the header "Authorization: Bearer …" with the key that the Builder shows.' }, 401);
    }
    await next();
  });

  app.post('/exports', (c) => {
    const fault = c.req.query('fault');
    if (fault !== undefined && !isFault(fault)) return c.json({ error: `There is no fault "${fault}"; there are ${EXAMPLE_FAULTS.join(', ')}.` }, 400);
    if (fault === 'html') return c.html('<!doctype html><html><title>Log in</title><p>Please log in.</p></html>');
    // Every second time, so that another try succeeds.
    if (fault === 'rate_limit' && (limited += 1) % 2 === 1) return c.json({ error: 'Too many requests.' }, 429, { 'Retry-After': '2' });
    const id = `export-${(count += 1)}`;
    exports.set(id, { id, polls: 0, fault, isCancelled: false });
    for (const old of exports.keys()) if (exports.size > MAX_EXPORTS) exports.delete(old);
    return c.json({ id, status: 'pending' }, 202);
  });

  app.get('/exports/:id', (c) => {
    const found = exports.get(c.req.param('id'));
    if (!found) return c.json({ error: 'There is no such export.' }, 404);
    found.polls += 1;
    const status = statusOf(found);
    if (status !== 'ready') return c.json({ id: found.id, status });
    const { origin } = new URL(c.req.url);
    const urls = Array.from({ length: FILES }, (_, index) => `${origin}${base}/files/${found.id}/contacts_${index + 1}.csv?signature=${signature(found.id, index + 1)}`);
    return c.json({ id: found.id, status, row_count: FILES * ROWS_A_FILE, urls });
  });

  app.post('/exports/:id/cancel', (c) => {
    const found = exports.get(c.req.param('id'));
    if (!found) return c.json({ error: 'There is no such export.' }, 404);
    found.isCancelled = true;
    return c.json({ id: found.id, status: 'cancelled' });
  });

  app.get('/files/:id/:name', (c) => {
    const found = exports.get(c.req.param('id'));
    const part = Number(/^contacts_(\d)\.csv$/.exec(c.req.param('name'))?.[1]);
    if (!found || !(part >= 1 && part <= FILES)) return c.json({ error: 'There is no such file.' }, 404);
    if (c.req.query('signature') !== signature(found.id, part)) return c.json({ error: 'The signature of the link is missing or wrong.' }, 403);
    return sendFile(c, exampleCsv((part - 1) * ROWS_A_FILE, ROWS_A_FILE), found.fault === 'cut_file');
  });

  app.get('/contacts', (c) => {
    const page = Math.max(1, Math.floor(Number(c.req.query('page') ?? 1)) || 1);
    const total = FILES * ROWS_A_FILE;
    const first = (page - 1) * PAGE_SIZE;
    return c.json({ contacts: exampleRows(first, Math.max(0, Math.min(PAGE_SIZE, total - first))), page, total });
  });

  app.all('*', (c) => c.json({ error: `The example API has no ${c.req.method} ${c.req.path}.` }, 404));
  return app;
}

function isFault(name: string): name is Fault {
  return (EXAMPLE_FAULTS as readonly string[]).includes(name);
}

function statusOf({ polls, fault, isCancelled }: Export): string {
  if (isCancelled) return 'cancelled';
  if (polls < (fault === 'slow' ? POLLS_WHEN_SLOW : POLLS_UNTIL_READY)) return polls === 1 ? 'pending' : 'running';
  if (fault === 'fail') return 'failed';
  return fault === 'unknown_status' ? 'archiving' : 'ready';
}

/** No protection, only something that looks like one. */
function signature(id: string, part: number): string {
  return createHash('sha256').update(`${id}/${part}`).digest('hex').slice(0, 16);
}

function sendFile(c: Context, csv: string, isCut: boolean): Response {
  const bytes = new TextEncoder().encode(csv);
  const headers = { 'Content-Type': 'text/csv', 'Content-Length': String(bytes.length), ETag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"` };
  if (!isCut) return c.body(bytes, 200, headers);
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      // The connection breaks in the middle.
      if (isSent) controller.error(new Error('cut on purpose'));
      else controller.enqueue(bytes.subarray(0, bytes.length / 2));
      isSent = true;
    },
  });
  return new Response(body, { headers });
}
