import type { PreviewRequest } from '../../page-contract';
import type { Path } from '../document';

/** Which names a template at `path` may use. */
export function placeOf(path: Path): PreviewRequest['place'] {
  const property = String(path[path.indexOf('retriever') + 1] ?? '');
  if (property === 'creation_requester') return 'creation';
  if (property === 'polling_requester') return 'polling';
  if (property === 'download_target_requester') return 'download_target';
  if (/^(download_requester|download_paginator|download_extractor|record_selector)$/.test(property)) return 'download';
  // Paths into the answer to a poll.
  if (/^(status_extractor|status_mapping|download_target_extractor)$/.test(property)) return 'polling';
  // Both go to a job that was created.
  return /^(abort|delete)_requester$/.test(property) ? 'polling' : 'other';
}
