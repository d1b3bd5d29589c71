import { DATA_ERRORS } from './catalogue/data-errors';
import { DECODE_ERRORS } from './catalogue/decode-errors';
import type { ErrorEntry } from './catalogue/error-entry';
import { JOB_ERRORS } from './catalogue/job-errors';
import { MANIFEST_ERRORS } from './catalogue/manifest-errors';
import { REQUEST_ERRORS } from './catalogue/request-errors';
import { RUN_ERRORS } from './catalogue/run-errors';

/**
 * Every code that a `ConnectorError` can have. `docs/errors.md` and `explain` are made from it; a new code needs an entry here to
 * compile. Nothing that a sync needs loads it.
 */
export const ERROR_CATALOGUE = { ...RUN_ERRORS, ...MANIFEST_ERRORS, ...REQUEST_ERRORS, ...JOB_ERRORS, ...DECODE_ERRORS, ...DATA_ERRORS };

/** `http.status_404` is a code; its entry is `http.status_NNN`. */
export type ErrorCode = Exclude<keyof typeof ERROR_CATALOGUE, 'http.status_NNN'> | `http.status_${number}`;

export interface ErrorExplanation {
  /** As it stands in the catalogue. */
  code: string;
  cause: string;
  whatToDo: string;
}

/** The entry of a code; undefined when there is none. */
export function explainError(code: string): ErrorExplanation | undefined {
  const key = code.replace(/^http\.status_\d+$/, 'http.status_NNN');
  if (!Object.hasOwn(ERROR_CATALOGUE, key)) return undefined;
  const [cause, whatToDo]: ErrorEntry = ERROR_CATALOGUE[key as keyof typeof ERROR_CATALOGUE];
  return { code: key, cause, whatToDo };
}

/** Codes that are written much like `code`, or belong to the same part; for people who mistype. */
export function similarCodes(code: string): string[] {
  const [part = '', name = ''] = code.toLowerCase().split('.');
  const all = Object.keys(ERROR_CATALOGUE);
  const byName = all.filter((known) => (name || part).length >= 3 && known.includes(name || part));
  return byName.length > 0 ? byName : all.filter((known) => known.startsWith(`${part}.`));
}
