import type { Decoder } from '../decode/decoder';
import { ConnectorError, errorText, isConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { JsonValue } from '../protocol/json';
import type { RecordExtractor } from '../records/record-extractor';
import { str } from '../manifest/interpolation/python-text';
import { retryAfterSeconds } from '../requests/backoff/retry-after';
import type { HttpResponse, Requester } from '../requests/requester';
import type { RequestOptions } from '../slices/request-options';
import type { StreamSlice } from '../slices/stream-slice';
import { answerExcerpt, answerVariables, MAX_ANSWER_BYTES, type ApiAnswer } from './api-answer';
import type { AsyncJobRepository, JobOnApi, PollResult } from './async-job-repository';
import type { AsyncJobStatusMap } from './async-job-status-map';
import { jobVariables } from './job-variables';

export interface HttpJobParts {
  creationRequester: Requester;
  pollingRequester: Requester;
  abortRequester: Requester | undefined;
  deleteRequester: Requester | undefined;
  downloadTargetRequester: Requester | undefined;
  statusExtractor: RecordExtractor;
  /** The extractor in words, e.g. `field_path ["status"]`. */
  statusExtractorText: string;
  statusMapping: AsyncJobStatusMap;
  downloadTargetExtractor: RecordExtractor | undefined;
  allowMissingDownloadTarget: boolean;
  /** Reads the answers to all requests about jobs; downloads have a decoder of their own. */
  decoder: Decoder;
}

/** How often the answer with the download targets is asked for while it breaks off, or cannot be read. */
const MAX_TARGET_ANSWERS = 4;
const FIRST_PAUSE_MS = 1_000;

/** A sign-in or maintenance page in place of an answer; anything else may be told by its headers alone. */
const HTML_PAGE = /^\s*<(?:!doctype\s+html|html)\b/i;

/** Jobs of an API that is spoken to through the requesters of a manifest. */
export class HttpJobRepository implements AsyncJobRepository {
  constructor(
    private readonly parts: HttpJobParts,
    /** What cursor and partition router add to the creation request. */
    private readonly creationOptions: (slice: StreamSlice) => RequestOptions,
    private readonly runtime: Runtime,
  ) {}

  get statusSource(): string {
    return `It was found by status_extractor (${this.parts.statusExtractorText}); status_mapping lists ${this.parts.statusMapping.describe()}.`;
  }

  get canAbort(): boolean {
    return this.parts.abortRequester !== undefined;
  }

  get canDelete(): boolean {
    return this.parts.deleteRequester !== undefined;
  }

  async create(slice: StreamSlice, signal: AbortSignal): Promise<ApiAnswer> {
    const response = await this.parts.creationRequester.send({ slice, options: this.creationOptions(slice), rateLimit: 'throw', signal });
    const answer = await this.readAnswer(response, () => []);
    if (HTML_PAGE.test(answer.excerpt)) {
      throw ConnectorError.transient('jobs.creation_is_a_page', `The answer to the creation request is a web page (HTTP ${response.status}), so there is no job to wait for: ${answer.excerpt}`);
    }
    if (response.ignored && response.status >= 400) {
      throw ConnectorError.system('jobs.creation_ignored', `The error handler ignores the answer HTTP ${response.status} to the creation request, so there is no job to wait for. The API answered: ${answer.excerpt}`);
    }
    return answer;
  }

  async poll(job: JobOnApi, signal: AbortSignal): Promise<PollResult> {
    const response = await this.parts.pollingRequester.send({ slice: job.slice, vars: jobVariables(job), signal });
    const answer = await this.readAnswer(response);
    const [rawStatus] = await this.parts.statusExtractor.extract([...answer.elements]);
    return { answer, rawStatus, status: this.parts.statusMapping.statusOf(str(rawStatus ?? null)) };
  }

  async abort(job: JobOnApi, signal: AbortSignal): Promise<void> {
    await this.tell(this.parts.abortRequester, job, signal);
  }

  async delete(job: JobOnApi, signal: AbortSignal): Promise<void> {
    await this.tell(this.parts.deleteRequester, job, signal);
  }

  async downloadTargets(job: JobOnApi, signal: AbortSignal): Promise<JsonValue[]> {
    const { downloadTargetExtractor: extractor, downloadTargetRequester: requester } = this.parts;
    // One download that knows by itself what to fetch (reference section 2.8).
    if (!extractor) return [''];
    let answer = job.polling;
    if (requester) answer = await this.targetAnswer(requester, job, signal);
    const found = await extractor.extract([...(answer?.elements ?? [])]);
    const targets = found.filter((target) => target !== null && target !== '');
    if (targets.length === 0 && !this.parts.allowMissingDownloadTarget) {
      throw ConnectorError.system(
        'jobs.no_download_target',
        `The job is completed, but download_target_extractor finds nothing to download. The API answered: ${answer?.excerpt ?? ''} ` +
          'Correct the extractor, list the status under `skipped` when it means that there is no data, or set allow_missing_download_target: true when this is how the API says so.',
      );
    }
    return targets;
  }

  /** The job is done and only its links are missing: an answer that says nothing is not worth the job. */
  private async targetAnswer(requester: Requester, job: JobOnApi, signal: AbortSignal): Promise<ApiAnswer> {
    const { clock, logger, testRead } = this.runtime;
    for (let count = 1; ; count += 1) {
      const isLast = testRead !== undefined || count === MAX_TARGET_ANSWERS;
      const response = await requester.send({ slice: job.slice, vars: jobVariables(job), signal });
      let trouble = 'its body is empty';
      try {
        const answer = await this.readAnswer(response);
        if (isLast || answer.elements.length > 0 || this.parts.allowMissingDownloadTarget) return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (isLast || !isConnectorError(error)) throw error;
        trouble = errorText(error);
      }
      const pauseMs = FIRST_PAUSE_MS * 2 ** (count - 1);
      logger.warn(`The answer with the download targets of the job for the slice ${job.slice.key} cannot be used (${trouble}); it is asked for again in ${pauseMs / 1000} s.`);
      await clock.sleep(pauseMs, signal);
    }
  }

  private async tell(requester: Requester | undefined, job: JobOnApi, signal: AbortSignal): Promise<void> {
    if (!requester) return;
    const response = await requester.send({ slice: job.slice, vars: jobVariables(job), signal });
    response.body.discard();
  }

  /** @param onDamage what to make of a body that the decoder cannot read; by default the error is thrown */
  private async readAnswer(response: HttpResponse, onDamage?: () => JsonValue[]): Promise<ApiAnswer> {
    const { logger, secrets, clock } = this.runtime;
    const bytes = await response.body.buffer(MAX_ANSWER_BYTES);
    const decoding = decodeAll(this.parts.decoder, bytes, response.headers, (message) => logger.warn(message));
    const elements = await (onDamage ? decoding.catch(onDamage) : decoding);
    const retryAfter = retryAfterSeconds(response.headers['retry-after'], clock.now());
    return {
      variables: answerVariables((await response.body.json()) ?? elements[0], response),
      elements,
      excerpt: secrets.mask(answerExcerpt(await response.body.text())),
      retryAfterMs: retryAfter === undefined ? undefined : retryAfter * 1000,
    };
  }
}

async function decodeAll(decoder: Decoder, bytes: Uint8Array, headers: Record<string, string>, warn: (message: string) => void): Promise<JsonValue[]> {
  const elements: JsonValue[] = [];
  const body = (async function* () {
    if (bytes.length > 0) yield bytes;
  })();
  for await (const batch of decoder.decode(body, { headers, warn })) for (const element of batch) elements.push(element);
  return elements;
}
