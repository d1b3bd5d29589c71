import { Refusal } from './refusal';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether only programs of this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Keeps web pages of other sites out. A server of this machine only answers under the machine's own names (a page could
 * otherwise point a name of its own at it), and no server answers a page that it did not send.
 * @throws Refusal 403
 */
export function checkOrigin(host: string | undefined, origin: string | undefined, isLocalServer: boolean): void {
  if (isLocalServer && !isLoopback((host ?? '').replace(/:\d+$/, ''))) {
    throw new Refusal(403, `This server does not answer for the host "${host ?? ''}". Use 127.0.0.1 or localhost, or start it with --host for others.`);
  }
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new Refusal(403, `This server does not answer pages of ${origin}.`);
  }
}

/** @throws Refusal 401 when there is a secret and the request has no token that was signed with it */
export async function checkToken(authorization: string | undefined, secret: string | undefined): Promise<void> {
  if (!secret) return;
  const headers = { 'WWW-Authenticate': 'Bearer' };
  const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new Refusal(401, 'Bearer token required', headers);
  const { jwtVerify } = await import('jose');
  try {
    await jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ['HS256'] });
  } catch {
    throw new Refusal(401, 'Invalid token', headers);
  }
}
