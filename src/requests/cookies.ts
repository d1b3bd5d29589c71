import type { CookieJar } from 'tough-cookie';

/** The cookies of one requester. Few APIs set any, so tough-cookie is loaded with the first one. */
export class Cookies {
  private jar: CookieJar | undefined;

  /** The value of the Cookie header for an address; undefined when it gets none. */
  header(url: string): string | undefined {
    return this.jar?.getCookieStringSync(url) || undefined;
  }

  /** `received`: Set-Cookie headers of an answer from `url`. What is no cookie is left out. */
  async keep(received: readonly string[], url: string, now: Date): Promise<void> {
    if (received.length === 0) return;
    const { CookieJar } = await import('tough-cookie');
    this.jar ??= new CookieJar(undefined, { rejectPublicSuffixes: false, looseMode: true });
    for (const cookie of received) this.jar.setCookieSync(cookie, url, { ignoreError: true, now });
  }
}
