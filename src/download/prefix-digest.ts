import { createHash, type Hash } from 'node:crypto';

/** Shows that two bodies begin with the same bytes. */
export class PrefixDigest {
  private readonly hash: Hash;

  private constructor(hash: Hash) {
    this.hash = hash;
  }

  static start(): PrefixDigest {
    return new PrefixDigest(createHash('sha256'));
  }

  update(chunk: Uint8Array): void {
    this.hash.update(chunk);
  }

  /** Of the bytes so far; more may follow. Two texts are equal only for equal bytes. */
  text(): string {
    return `sha256:${this.hash.copy().digest('hex')}`;
  }
}
