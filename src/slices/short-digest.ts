import { createHash } from 'node:crypto';

/** 16 characters that stand for a text where the text would be too long. Texts with the same ones are taken for equal. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
