import { FastWaitClock } from '../../platform/clock';

/** The time of a recording: pauses take none, and answers come when they came then. */
export class ReplayClock extends FastWaitClock {
  private readonly origin = this.monotonic();

  /** @param startedAt epoch milliseconds of the recording's start */
  constructor(private readonly startedAt: number) {
    super();
  }

  override now(): number {
    return this.startedAt + this.monotonic() - this.origin;
  }

  /** @param ms since the start of the recording; the clock never goes back */
  advanceTo(ms: number): void {
    this.skip(this.origin + ms - this.monotonic());
  }
}
