import type { SharedServices } from '../platform/runtime';
import type { HttpClient } from './http-client';

/** What the parts of one run share; each is made by who needs it first. The base of every `Runtime`. */
export abstract class RunServices {
  private readonly services = new Map<keyof SharedServices, unknown>();

  shared<K extends keyof SharedServices>(key: K, create: () => SharedServices[K]): SharedServices[K] {
    if (!this.services.has(key)) this.services.set(key, create());
    return this.services.get(key) as SharedServices[K];
  }

  /** Idle connections would stay open for as long as the process runs, and keep it running. */
  close(): void {
    for (const name of ['httpClient', 'unabortedHttpClient'] as const) (this.services.get(name) as HttpClient | undefined)?.close();
  }
}
