import type { JsonValue } from '../../../protocol/json';

/** One address of the two parts that older manifests have: one slash between them. */
export function joinedUrl(base: JsonValue | undefined, path: JsonValue | undefined): string {
  const [first, second] = [base, path].map((part) => (typeof part === 'string' ? part : ''));
  if (!first || !second) return first || second || '';
  return `${first.replace(/\/+$/, '')}/${second.replace(/^\/+/, '')}`;
}
