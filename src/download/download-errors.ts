import { ConnectorError } from '../errors/connector-error';
import { HttpStatusError } from '../requests/http-status-error';

/** The connection broke or stalled while the body was read. */
export function isBodyBroken(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.recovery === 'resume_body';
}

/**
 * The link is gone or too old. Signed links answer 403 (S3, Azure) or 400 with words about it (GCS, some S3 clones);
 * others answer 401, 404 or 410.
 */
export function isLinkExpired(error: unknown): error is HttpStatusError {
  if (!(error instanceof HttpStatusError)) return false;
  if ([401, 403, 404, 410].includes(error.status)) return true;
  return error.status === 400 && /expired|AccessDenied|ExpiredToken/i.test(error.responseBody);
}

export function isRangeRefused(error: unknown): boolean {
  return error instanceof HttpStatusError && error.status === 416;
}

/** What `ResumableDownload` gives up with when the connection does not hold. */
export function isDownloadBroken(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.code === 'download.broken';
}

const OTHER_FILE = 'download.other_file';

/** The file is not the one that an earlier run has begun to read: it is read from its start. */
export function otherFile(): ConnectorError {
  return ConnectorError.transient(OTHER_FILE, 'The file to download is not, or cannot be shown to be, the one that an interrupted sync has begun to read.', { recovery: 'new_job' });
}

export function isOtherFile(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.code === OTHER_FILE;
}

/** It may be otherwise in a moment. */
export function isPassing(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.failureType === 'transient_error' && error.recovery !== 'new_job';
}
