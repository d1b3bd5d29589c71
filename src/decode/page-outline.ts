import { createHash } from 'node:crypto';
import type { JsonValue } from '../protocol/json';
import { parseJson } from '../protocol/lossless-json';

/** What a paginator may want to know of an answer whose records go out without becoming objects. */
export class PageOutline {
  private readonly hash = createHash('sha1');
  private readonly around: Buffer[] = [];

  /** Bytes of the list of records. */
  records(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  /** Bytes of the document that stand before or after its records. */
  rest(bytes: Uint8Array): void {
    this.around.push(Buffer.from(bytes));
  }

  /** Differs when the records do. */
  fingerprint(): string {
    return this.hash.digest('base64');
  }

  /** The document without the items of the list; undefined when it was empty. */
  document(): JsonValue | undefined {
    const text = Buffer.concat(this.around).toString('utf8');
    return text.trim() === '' ? undefined : parseJson(text);
  }
}
