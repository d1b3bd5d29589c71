import { ConnectorError } from '../errors/connector-error';
import type { PageSizeReduction } from './page-size-reduction';

/** What to do before the same page is asked for again. */
export interface NextTry {
  pageSize: number;
  waitMs: number;
  /** For the log. */
  message: string;
}

/** The page size in force while one slice is read (reference section 8, page_size_reduction). One instance a reading. */
export class PageSizeReducer {
  private reduced: number | undefined;
  private attempts = 0;
  private retriesAtMinimum = 0;

  constructor(
    private readonly config: PageSizeReduction,
    private readonly configured: number | undefined,
    private readonly streamName: string,
  ) {}

  /** What to ask for; undefined when the paginator sends no page size. */
  get pageSize(): number | undefined {
    return this.reduced ?? this.configured;
  }

  /** The page was refused (`rejection`: the API's words). Throws once there is nothing left to try. */
  reduce(rejection: string): NextTry {
    const { config, streamName } = this;
    if (this.configured === undefined) {
      throw ConnectorError.config(
        'pagination.page_size_missing',
        `Stream ${streamName}: the API asked for a smaller page, but the paginator sends no page size. Set page_size on the pagination strategy and page_size_option on the paginator.`,
        { internalMessage: rejection },
      );
    }
    const current = this.reduced ?? this.configured;
    const smaller = Math.max(config.minimumPageSize, Math.floor(current / config.reductionFactor));
    if (smaller >= current) return this.retryAtMinimum(current, rejection);
    this.attempts += 1;
    if (this.attempts > config.maxAttempts) {
      throw this.exhausted(`refuses pages of every size that was tried, down to ${current} records (${config.maxAttempts} reductions in a row)`, rejection);
    }
    this.reduced = smaller;
    const waitMs = config.backoffSeconds * this.attempts * 1000;
    return {
      pageSize: smaller,
      waitMs,
      message: `Reducing the page size of stream ${streamName} from ${current} to ${smaller} and asking for the same page again in ${waitMs / 1000} s.`,
    };
  }

  /** A page came through: attempts count from zero again, and the policy may bring the configured size back. */
  succeeded(): void {
    this.attempts = 0;
    this.retriesAtMinimum = 0;
    if (this.config.restoresAfterSuccess) this.reduced = undefined;
  }

  private retryAtMinimum(current: number, rejection: string): NextTry {
    const { config, streamName } = this;
    if (this.retriesAtMinimum < config.retriesAtMinimumPageSize) {
      this.retriesAtMinimum += 1;
      const waitMs = config.backoffSeconds * this.retriesAtMinimum * 1000;
      return {
        pageSize: current,
        waitMs,
        message: `Stream ${streamName} cannot ask for fewer than ${current} records a page; asking for the same page again in ${waitMs / 1000} s (${this.retriesAtMinimum} of ${config.retriesAtMinimumPageSize}).`,
      };
    }
    if (this.reduced === undefined && config.minimumPageSize > 1) {
      throw ConnectorError.config(
        'pagination.page_size_at_minimum',
        `Stream ${streamName}: the API asked for a smaller page, but the page size ${current} is not above minimum_page_size ${config.minimumPageSize}. Raise the page size or lower minimum_page_size.`,
        { internalMessage: rejection },
      );
    }
    throw this.exhausted(`refuses even pages of ${current} records, the smallest size that may be asked for`, rejection);
  }

  private exhausted(what: string, rejection: string): ConnectorError {
    const advice = this.config.failureMessage?.trim();
    return ConnectorError.transient('pagination.page_size_exhausted', `Stream ${this.streamName}: the API ${what}.${advice ? ` ${advice}` : ''}`, {
      internalMessage: rejection,
    });
  }
}
