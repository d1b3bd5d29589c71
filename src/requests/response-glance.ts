import type { Logger } from '../platform/runtime';
import type { JsonValue } from '../protocol/json';
import type { ResponseView } from './error-handlers/error-handler';
import type { HttpAnswer } from './http-call';
import { jsonOrUndefined } from './response-body';
import { bareUrl } from './shown-url';

/** A JSON body up to here is looked into; a page that is read into memory anyway is hardly ever larger. */
const JSON_BYTES = 32 * 1024 * 1024;
const TEXT_BYTES = 1024 * 1024;
const SNIFF_BYTES = 64;

/** What error handlers see of an answer: read ahead where needed, taken from nobody. */
export class ResponseGlance implements ResponseView {
  readonly status: number;
  readonly headers: Record<string, string>;
  private parsed: Promise<JsonValue> | undefined;
  private beginning: Promise<string> | undefined;

  constructor(
    private readonly answer: HttpAnswer,
    private readonly logger: Logger,
  ) {
    this.status = answer.status;
    this.headers = answer.headers;
  }

  get url(): string {
    return bareUrl(this.answer.url);
  }

  json(): Promise<JsonValue> {
    return (this.parsed ??= this.parse());
  }

  text(): Promise<string> {
    return (this.beginning ??= this.peekText(TEXT_BYTES));
  }

  private async parse(): Promise<JsonValue> {
    const { body } = this.answer;
    // A download of rows is not read ahead only because a filter asks whether it is JSON.
    const start = (await this.peekText(SNIFF_BYTES)).trimStart();
    if (!body.isComplete && !/^[[{"]/.test(start)) return {};
    try {
      const { bytes, complete } = await body.peek(JSON_BYTES);
      if (complete) return jsonOrUndefined(body.decode(bytes)) ?? {};
      this.logger.warn(`The body of '${this.url}' is too large for response filters (over ${JSON_BYTES} bytes); they see an empty response.`);
    } catch {
      // A cut body: whoever reads it will be told.
    }
    return {};
  }

  private async peekText(limit: number): Promise<string> {
    const { body } = this.answer;
    try {
      return body.decode((await body.peek(limit)).bytes.subarray(0, limit));
    } catch {
      return '';
    }
  }
}
