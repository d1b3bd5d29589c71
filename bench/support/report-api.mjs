// A reporting API in a process of its own: `node report-api.mjs`. Prints its address.
//   POST /jobs?ms=MS&file=NAME  orders a report that takes MS milliseconds
//   GET  /jobs/ID               its status and link
//   GET  /files/NAME            the body NAME of report-bodies.mjs
//   GET  /pages/PARTITION?page=N&pages=P&ms=MS  page N of P with 100 records, after MS milliseconds
//   GET  /polls                 how often a status was asked for since the last question
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { reportPieces, sizeOf } from './report-bodies.mjs';

const jobs = new Map();
const bodies = new Map();
let polls = 0;
const pageRecords = Array.from({ length: 100 }, (_, id) => ({
  id, name: `record ${id}`, email: `record-${id}@example.com`, created_at: '2024-03-01T12:00:00Z', amount: id * 1.5, tags: ['a', 'b'], address: { city: 'Köln', zip: '50667' },
}));

function* chunks(pieces) {
  for (const { bytes, times } of pieces) for (let time = 0; time < times; time++) yield bytes;
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const [, what, name] = url.pathname.split('/');
  const answer = (value) => {
    const body = JSON.stringify(value);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
  };
  request.resume();
  if (what === 'jobs' && request.method === 'POST') {
    const id = String(jobs.size + 1);
    jobs.set(id, { readyAt: Date.now() + Number(url.searchParams.get('ms')), file: url.searchParams.get('file') });
    answer({ id });
  } else if (what === 'jobs' && jobs.has(name)) {
    polls += 1;
    const { readyAt, file } = jobs.get(name);
    const link = `http://127.0.0.1:${server.address().port}/files/${file}`;
    answer(Date.now() < readyAt ? { id: name, status: 'running' } : { id: name, status: 'done', url: link });
  } else if (what === 'polls') {
    answer(polls);
    polls = 0;
  } else if (what === 'pages') {
    const page = Number(url.searchParams.get('page') ?? 1);
    const next = page < Number(url.searchParams.get('pages')) ? page + 1 : null;
    setTimeout(() => answer({ data: pageRecords, next }), Number(url.searchParams.get('ms')));
  } else if (what === 'files') {
    if (!bodies.has(name)) bodies.set(name, reportPieces(name));
    const pieces = bodies.get(name);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': sizeOf(pieces) });
    Readable.from(chunks(pieces), { objectMode: true, highWaterMark: 1 }).pipe(response);
  } else {
    response.writeHead(404).end();
  }
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
