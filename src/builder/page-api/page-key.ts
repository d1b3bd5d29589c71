import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What lets the page in: a token in the address that the terminal shows, then a cookie. One a server. */
export class PageKey {
  readonly token = randomBytes(24).toString('base64url');
  private readonly value = randomBytes(24).toString('base64url');
  /** Cookies do not tell ports apart: each server has a name of its own. */
  private readonly name = `builder_${randomBytes(6).toString('hex')}`;

  isToken(token: string | undefined): boolean {
    return token !== undefined && isSame(token, this.token);
  }

  get cookie(): string {
    return `${this.name}=${this.value}; Path=/; HttpOnly; SameSite=Strict`;
  }

  isIn(cookies: string | undefined): boolean {
    const given = (cookies ?? '').split(';').map((pair) => pair.trim().split('='));
    return given.some(([name, value]) => name === this.name && value !== undefined && isSame(value, this.value));
  }
}

function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
