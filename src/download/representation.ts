/** What a server says about the file behind an answer. */
export interface Representation {
  /** A strong entity tag: equal tags mean equal bytes. */
  etag: string | undefined;
  lastModified: string | undefined;
  /** Length of the whole body in bytes, when it is known and not transport-encoded. */
  total: number | undefined;
  /** A Content-Encoding lies over the bytes that readers see. */
  isEncoded: boolean;
}

/** @param headers names in lower case */
export function representationOf(headers: Record<string, string>): Representation {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  const isEncoded = encoding !== undefined && encoding !== '' && encoding !== 'identity';
  const etag = headers.etag?.trim();
  const length = headers['content-length'];
  return {
    etag: etag && !etag.startsWith('W/') ? etag : undefined,
    lastModified: headers['last-modified'],
    total: !isEncoded && length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined,
    isEncoded,
  };
}

/** `bytes 100-199/200`; the total may be `*`. */
export function parseContentRange(value: string | undefined): { start: number; total: number | undefined } | undefined {
  const match = /^bytes\s+(\d+)-\d+\/(\d+|\*)$/i.exec(value?.trim() ?? '');
  if (!match) return undefined;
  return { start: Number(match[1]), total: match[2] === '*' ? undefined : Number(match[2]) };
}

/** Asks for the rest of a body, if it is still the one with this validator; nothing when there is none. */
export function rangeHeaders(bytes: number, validator: string | undefined): Record<string, string> {
  // A range counts the bytes that are sent.
  return bytes === 0 || validator === undefined ? {} : { 'Accept-Encoding': 'identity', Range: `bytes=${bytes}-`, 'If-Range': validator };
}

/** What an answer 206 to a request for the bytes from `start` on has. */
export function restOf(headers: Record<string, string>, start: number, file: Omit<Representation, 'isEncoded'>): 'rest' | 'wrong_range' | 'other_file' {
  const range = parseContentRange(headers['content-range']);
  const now = representationOf(headers);
  if (range?.start !== start || now.isEncoded) return 'wrong_range';
  const differ = <T>(one: T | undefined, other: T | undefined) => one !== undefined && other !== undefined && one !== other;
  return differ(file.total, range.total) || differ(file.etag, now.etag) ? 'other_file' : 'rest';
}
