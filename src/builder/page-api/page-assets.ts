import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** Names with a hash of their content. */
const HASHED = /-[A-Za-z0-9]{8,}\.\w+$/;

/** The built page. */
export class PageAssets {
  /** @param folder of the built page: index.html and what it refers to */
  constructor(private readonly folder: string) {}

  async index(): Promise<Response> {
    const nonce = randomBytes(18).toString('base64url');
    const html = await this.read('index.html');
    if (!html) return new Response('The page is not part of this build: run `npm run build`. The HTTP API works without it.\n', { status: 503, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    return new Response(html.toString('utf8').replaceAll('__CSP_NONCE__', nonce), {
      headers: {
        'Content-Type': TYPES['.html']!,
        'Cache-Control': 'no-store',
        'Content-Security-Policy': `default-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      },
    });
  }

  /** Undefined when there is no such file. */
  async asset(name: string): Promise<Response | undefined> {
    const bytes = /^[\w-][\w.-]*$/.test(name) && name !== 'index.html' ? await this.read(name) : undefined;
    if (!bytes) return undefined;
    return new Response(new Uint8Array(bytes), {
      headers: { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', 'Cache-Control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache' },
    });
  }

  private async read(name: string): Promise<Buffer | undefined> {
    return readFile(join(this.folder, name)).catch(() => undefined);
  }
}
