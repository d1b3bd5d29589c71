import type { PrefixDigest } from './prefix-digest';
import type { Representation } from './representation';

/** What a later run can hold a file to. */
export interface FileIdentity {
  /** A strong entity tag. */
  etag: string | undefined;
  lastModified: string | undefined;
  /** Length of the file in bytes. */
  total: number | undefined;
  /** The digest of its beginning. */
  prefix: { bytes: number; digest: string } | undefined;
}

/** A file that an earlier run has begun to read, and the bytes of it that are not wanted again. */
export interface FilePlace {
  bytes: number;
  file: FileIdentity;
}

/** Of a file that is being read; undefined when nothing could show that it is the same file. */
export function identityOf({ etag, lastModified, total, isEncoded }: Representation, received: number, digest: PrefixDigest | undefined): FileIdentity | undefined {
  const prefix = digest ? { bytes: received, digest: digest.text() } : undefined;
  // Tags and lengths of an encoded answer are about other bytes than those that were read.
  const file = isEncoded ? { etag: undefined, lastModified: undefined, total: undefined, prefix } : { etag, lastModified, total, prefix };
  return prefix ?? validatorOf(file) ? file : undefined;
}

/** What `If-Range` may say: an equal strong tag, or date and length, mean equal bytes. */
export function validatorOf({ etag, lastModified, total }: FileIdentity): string | undefined {
  return etag ?? (total === undefined ? undefined : lastModified);
}

export function isSameFile(file: Omit<FileIdentity, 'prefix'>, now: Representation): boolean {
  if (now.isEncoded || (file.total !== undefined && now.total !== undefined && file.total !== now.total)) return false;
  if (file.etag !== undefined) return file.etag === now.etag;
  return file.lastModified !== undefined && file.total !== undefined && file.lastModified === now.lastModified && file.total === now.total;
}
