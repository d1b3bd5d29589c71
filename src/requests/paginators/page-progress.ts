import { createHash } from 'node:crypto';
import { ConnectorError } from '../../errors/connector-error';
import type { JsonValue } from '../../protocol/json';
import { canonicalJson } from '../../slices/stream-slice';
import type { PageProgress, PageState, PageView } from './paginator';

/** The same records on that many pages in a row, although each was asked for with another token. */
const MAX_PAGES_ALIKE = 100;
/** Longer texts are digested: one is remembered for each slice that is being read. */
const LONGEST_FINGERPRINT = 2_000;

/**
 * Notices a series of pages that never ends, which the reference reads for ever (section 12.6). Two things count as
 * going round in circles:
 * - a token that was used before gives the records that it gave before (a token alone may repeat: scrolling APIs keep
 *   it while the pages change);
 * - many pages in a row hold the same records: the API ignores the token.
 *
 * One earlier page is remembered, a new one at each power of two (Brent), so circles of any length are found and
 * nothing piles up.
 */
export function advance(page: PageView, current: PageState, next: JsonValue): PageProgress {
  const { pages, anchor, alike } = current.progress ?? { pages: 0, anchor: undefined, alike: 0 };
  const token = canonicalJson(current.token ?? null);
  const fingerprint = page.fingerprint ?? recordsFingerprint(page.lastPageSize, [page.response]);
  const looksAlike = anchor?.fingerprint === fingerprint;
  if (looksAlike && anchor?.token === token && current.token !== undefined) {
    throw ConnectorError.system(
      'pagination.token_repeats',
      `The page token ${shorten(token)} was given a second time and led to the same page with ${count(page)}, so the pages would never end ` +
        `(the next token is ${shorten(canonicalJson(next))}). Check the paginator's cursor_value and stop_condition, and that page_token_option ` +
        'puts the token where the API looks for it.',
    );
  }
  const alikeNow = looksAlike && page.lastPageSize > 0 ? alike + 1 : 0;
  if (alikeNow >= MAX_PAGES_ALIKE) {
    throw ConnectorError.system(
      'pagination.pages_repeat',
      `${MAX_PAGES_ALIKE} pages in a row held the same records, the last one with the page token ${shorten(token)}: the API seems to ignore the ` +
        'token. Check that page_token_option puts it where the API looks for it.',
    );
  }
  const isPowerOfTwo = ((pages + 1) & pages) === 0;
  return { pages: pages + 1, anchor: isPowerOfTwo || !anchor ? { token, fingerprint } : anchor, alike: alikeNow };
}

/** A short text that differs when the records of two pages differ; `samples` stand for all of them. */
export function recordsFingerprint(total: number, samples: readonly JsonValue[]): string {
  const text = samples.map(canonicalJson).join('\n');
  return `${total}:${text.length > LONGEST_FINGERPRINT ? createHash('sha1').update(text).digest('base64') : text}`;
}

function count(page: PageView): string {
  return page.lastPageSize === 1 ? '1 record' : `${page.lastPageSize} records`;
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
