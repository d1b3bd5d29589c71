import { ConnectorError, errorText } from '../errors/connector-error';
import type { FailureType } from '../protocol/airbyte';

/** At most this many slices are named in a stream's error; the rest are counted. */
const MAX_NAMED = 10;
/** The cause that somebody must act on wins. */
const BY_WEIGHT: readonly FailureType[] = ['config_error', 'system_error', 'transient_error'];

/** The slices of a stream that could not be delivered. Memory does not grow with their number. */
export class SliceFailures {
  private readonly named: ConnectorError[] = [];
  private readonly types = new Set<FailureType>();
  private readonly codes = new Set<string>();
  private count = 0;

  constructor(private readonly streamName: string) {}

  add(error: unknown): void {
    const failure =
      error instanceof ConnectorError
        ? error
        : ConnectorError.system('jobs.unexpected', `An unexpected error stopped a job of the stream "${this.streamName}": ${errorText(error)}`, { cause: error });
    this.count += 1;
    this.types.add(failure.failureType);
    this.codes.add(failure.code);
    if (this.named.length < MAX_NAMED) this.named.push(failure);
  }

  /** The one error of the stream, or undefined when nothing failed. */
  toError(): ConnectorError | undefined {
    if (this.count <= 1) return this.named[0];
    const more = this.count > this.named.length ? [`… and ${this.count - this.named.length} more.`] : [];
    return new ConnectorError({
      code: 'jobs.slices_failed',
      message: [
        `${this.count} jobs of the stream "${this.streamName}" did not deliver. Their slices will be read again by the next sync.`,
        ...this.named.map((failure) => `- ${failure.message}`),
        ...more,
      ].join('\n'),
      failureType: BY_WEIGHT.find((type) => this.types.has(type)),
      internalMessage: `Codes: ${[...this.codes].join(', ')}`,
      cause: this.named[0],
    });
  }
}
