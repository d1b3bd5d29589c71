import type { Vars } from '../manifest/interpolation/interpolated-string';
import { templateMethods } from '../manifest/interpolation/attributes';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import type { ApiAnswer } from './api-answer';
import type { JobOnApi } from './async-job-repository';

/**
 * What templates of requests about a job see besides the slice (reference section 2.9): `creation_response`, and
 * `polling_response` once the job is finished. Older manifests say `stream_slice['create_job_response'].json()`.
 */
export function jobVariables(job: JobOnApi): Vars {
  return {
    ...sliceVariables(job, []),
    ...(job.creation ? { creation_response: job.creation.variables } : {}),
    ...(job.polling ? { polling_response: job.polling.variables } : {}),
  };
}

/** The same for one download; older manifests say `url`, `download_url` or `stream_slice['url']`. */
export function downloadVariables(job: JobOnApi, target: JsonValue): Vars {
  return {
    ...jobVariables(job),
    ...sliceVariables(job, [['url', target]]),
    download_target: target,
    url: target,
    download_url: target,
  };
}

function sliceVariables(job: JobOnApi, entries: [string, JsonValue][]): Vars {
  const variables = job.slice.variables();
  const slice = variables.stream_slice as JsonObject;
  // The slice's own fields win over names that only older manifests use.
  for (const [name, value] of entries) if (getOwn(slice, name) === undefined) slice[name] = value;
  if (job.creation && getOwn(slice, 'create_job_response') === undefined) {
    Object.defineProperty(slice, 'create_job_response', { value: oldStyleResponse(job.creation), enumerable: false });
  }
  return variables;
}

/** Once templates were given the response object itself: `.json()`, `.headers`, `.url`. */
function oldStyleResponse({ variables }: ApiAnswer): object {
  const { headers, request, ...body } = variables;
  const response: Record<PropertyKey, unknown> = { headers, url: isObject(request) ? request.url : undefined };
  response[templateMethods] = { json: () => body };
  return response;
}
