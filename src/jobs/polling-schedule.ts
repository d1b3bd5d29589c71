/** `polling_interval` of AsyncRetriever. */
export interface PollingInterval {
  /** Seconds before the first poll. */
  initial_seconds: number;
  /** Each wait is that many times the one before. */
  multiplier: number;
  /** No wait is longer, seconds. */
  maximum_seconds: number;
  /** The part of a wait that is random: 0.1 makes 10 s something between 9 and 11. */
  jitter: number;
}

export const defaultPollingInterval: PollingInterval = { initial_seconds: 0.5, multiplier: 1.5, maximum_seconds: 30, jitter: 0.1 };

/** Without `polling_interval`, waits grow to this soon; beyond, they stay a small part of the time that the job took so far. */
const SETTLED_SECONDS = 5;
const SHARE_OF_ELAPSED = 0.05;
const FAILURE_FIRST_SECONDS = 5;
const FAILURE_MAXIMUM_SECONDS = 60;

/**
 * When to ask next about one job, if nothing is known of others. The reference asks at once and then every 5 s (section 2.3); each
 * gap is time lost at the end of a job, each poll a call of the API's quota. By default the gaps are
 * - short at first (0.5, 0.75, 1.1 … s): the end of a job of up to 4 s is seen within 1.7 s;
 * - 5 s from 15 s on, so no job is noticed later than with the reference;
 * - 5 % of the elapsed time from 100 s on, up to 30 s: a job of an hour is asked about 160 times, not 720.
 *
 * A short job that is alone costs up to three polls more than with the reference; from three minutes on it costs fewer. `PollPlanner`
 * does better where there are several. A manifest's `polling_interval` replaces this by plain geometric growth.
 */
export class PollingSchedule {
  /** Not when the manifest says how long to wait. */
  readonly adapts: boolean;
  private readonly interval: PollingInterval;

  constructor(
    interval: PollingInterval | undefined,
    private readonly random: () => number,
  ) {
    this.interval = interval ?? defaultPollingInterval;
    this.adapts = interval === undefined;
  }

  /** Milliseconds from the `polls`-th answer (0: from the creation) to the next poll. */
  nextDelay(polls: number, elapsedMs: number): number {
    const { initial_seconds: initial, multiplier, maximum_seconds: maximum } = this.interval;
    const elapsed = elapsedMs / 1000;
    // Polls that were left out do not make the next ones come closer together.
    const grown = this.adapts ? initial + (multiplier - 1) * elapsed : initial * Math.pow(multiplier, Math.min(polls, 1000));
    const settled = this.adapts ? Math.max(SETTLED_SECONDS, SHARE_OF_ELAPSED * elapsed) : maximum;
    return this.withJitter(Math.min(grown, settled, maximum) * 1000);
  }

  /** Milliseconds to wait after `failures` polls in a row that told nothing. */
  delayAfterFailure(failures: number): number {
    const seconds = Math.min(FAILURE_MAXIMUM_SECONDS, FAILURE_FIRST_SECONDS * 2 ** Math.min(failures - 1, 10));
    return this.withJitter(seconds * 1000);
  }

  /** A wait, longer or shorter by chance, so that jobs do not ask all at once. */
  withJitter(ms: number): number {
    return ms * (1 + this.interval.jitter * (2 * this.random() - 1));
  }
}
