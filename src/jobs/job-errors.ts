import { ConnectorError, errorText } from '../errors/connector-error';
import type { FailureType } from '../protocol/airbyte';
import { HttpStatusError } from '../requests/http-status-error';
import { answerExcerpt } from './api-answer';
import type { AsyncJob } from './async-job';

/** The API has no room for another job now: 429, or what the manifest's error handler calls RATE_LIMITED. */
export function isNoCapacity(error: unknown): error is ConnectorError {
  if (!(error instanceof ConnectorError)) return false;
  return error.recovery === 'wait_for_capacity' || (error instanceof HttpStatusError && error.status === 429 && error.failureType === 'transient_error');
}

/** Nothing gets better by repeating it: the user must change something. */
export function isRefusal(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && error.failureType === 'config_error';
}

/**
 * A creation that will be refused each time. 400 is one unless the error handler says otherwise: the API has read the
 * request and does not accept what the manifest makes of the config.
 */
export function isCreationRefusal(error: unknown): error is ConnectorError {
  return isRefusal(error) || (error instanceof HttpStatusError && error.status === 400 && error.failureType === 'system_error');
}

/** The answer of an API that has no such job (any more). */
export function isForgotten(error: unknown): boolean {
  return error instanceof HttpStatusError && (error.status === 404 || error.status === 410);
}

export function creationRefused(job: AsyncJob, streamName: string, error: ConnectorError): ConnectorError {
  return ConnectorError.config(
    'jobs.creation_refused',
    `The API refused to create the job of the stream "${streamName}" for the slice ${job.label}: ${withApiWords(error)} Check the credentials and their permissions, and the options of the connection.`,
    { recovery: 'stop_stream', internalMessage: error.internalMessage, cause: error },
  );
}

export function pollingRefused(job: AsyncJob, streamName: string, error: ConnectorError): ConnectorError {
  return ConnectorError.config(
    'jobs.polling_refused',
    `The API refused to tell the status of the job of the stream "${streamName}" for the slice ${job.label}: ${withApiWords(error)} Check the credentials and their permissions.`,
    { recovery: 'stop_stream', internalMessage: error.internalMessage, cause: error },
  );
}

export function creationFailed(job: AsyncJob, error: unknown): ConnectorError {
  return new ConnectorError({
    code: 'jobs.creation_failed',
    message: `The job for the slice ${job.label} could not be created${attempts(job)}: ${withApiWords(error)}`,
    failureType: failureTypeOf(error),
    recovery: 'new_job',
    cause: error,
  });
}

export function capacityExhausted(job: AsyncJob, waitedMs: number, nextMs: number, error: ConnectorError): ConnectorError {
  return ConnectorError.transient(
    'jobs.no_capacity',
    `The API took no job for the slice ${job.label}: it had no capacity for ${seconds(waitedMs)}, and there is no time left for the next try in ${seconds(nextMs)} (polling_job_timeout; a test makes one try). ${withApiWords(error)} Sync again later, or ask the API for a larger quota.`,
    { cause: error },
  );
}

export function pollFailed(job: AsyncJob, error: unknown): ConnectorError {
  return new ConnectorError({
    code: 'jobs.polling_failed',
    message: `The status of the job for the slice ${job.label} could not be read${attempts(job)}, ${job.failedPolls} times in a row: ${withApiWords(error)}`,
    failureType: failureTypeOf(error),
    recovery: 'new_job',
    cause: error,
  });
}

export function unknownStatus(job: AsyncJob, statusSource: string): ConnectorError {
  return ConnectorError.system(
    'jobs.unknown_status',
    `The API says that the job for the slice ${job.label} has the status ${shown(job)}, which status_mapping does not list (seen ${job.unknownPolls} times in a row). ` +
      `${statusSource} The answer starts with: ${job.polling?.excerpt ?? ''} Add the value to one of the lists, or correct status_extractor.`,
  );
}

/** The API says `failed` or `timeout`. */
export function endedByApi(job: AsyncJob): ConnectorError {
  const how = job.status === 'timeout' ? 'timed out at the API' : 'failed at the API';
  return new ConnectorError({
    code: job.status === 'timeout' ? 'jobs.timed_out' : 'jobs.failed',
    message: `The job for the slice ${job.label} ${how} with the status ${shown(job)}${attempts(job)}. The API answered: ${job.polling?.excerpt ?? ''}`,
    recovery: 'new_job',
    failureType: job.status === 'timeout' ? 'transient_error' : 'system_error',
  });
}

/** We stop waiting; the API still says that it works on it. */
export function deadlinePassed(job: AsyncJob, timeoutMs: number): ConnectorError {
  const last = job.polling ? ` The last answer was: ${job.polling.excerpt}` : job.failure ? ` ${job.failure.message}` : '';
  return ConnectorError.transient(
    'jobs.deadline_passed',
    `The job for the slice ${job.label} was not finished after ${seconds(timeoutMs)} (polling_job_timeout)${attempts(job)}; its last status was ${shown(job)}.${last} ` +
      'Raise polling_job_timeout, or make the slices smaller.',
    { recovery: 'new_job' },
  );
}

/** The error's own text, and what the API answered unless the text says so already. */
function withApiWords(error: unknown): string {
  const text = errorText(error);
  const sentence = /[.!?]$/.test(text) ? text : `${text}.`;
  const answer = error instanceof HttpStatusError ? answerExcerpt(error.responseBody) : '';
  return answer && !text.includes(answer) ? `${sentence} The API answered: ${answer}` : sentence;
}

function failureTypeOf(error: unknown): FailureType {
  return error instanceof ConnectorError ? error.failureType : 'system_error';
}

function attempts(job: AsyncJob): string {
  return job.attempt > 1 ? ` in attempt ${job.attempt}` : '';
}

function shown(job: AsyncJob): string {
  return job.rawStatus === undefined ? 'nothing ("None")' : JSON.stringify(job.rawStatus, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}

function seconds(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 1000)} seconds`;
}
