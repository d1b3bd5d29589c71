import type { Logger } from '../platform/runtime';

/** So many lists of names without a plan, and none with one, say that there will be none. */
const MOST_REFUSED = 4;

/** Tells how the rows of a stream are read: the difference is several times the work. Once a stream and way. */
export class ReadingPath {
  private plans = 0;
  private refused = 0;
  private readonly told = new Set<string>();

  constructor(
    private readonly streamName: string,
    private readonly logger: Logger,
  ) {}

  bytes(): void {
    this.tell('rows are written from the bytes of the answer as they are');
  }

  private planned(): void {
    this.tell('rows are written from the bytes of the answer; only values that filter, transformations, schema or cursor look at are read');
  }

  /** What a planner says of some rows: undefined that there is a plan, or why there is none. */
  plan(reason: string | undefined): void {
    if (reason === undefined) {
      this.plans++;
      this.planned();
    } else {
      this.refused++;
      this.objects(reason);
    }
  }

  /** Whether it does not pay to look for plans any more. */
  get givesUpPlans(): boolean {
    return this.plans === 0 && this.refused >= MOST_REFUSED;
  }

  objects(reason: string): void {
    this.tell(`rows are read as objects, because ${reason}`);
  }

  private tell(way: string): void {
    if (this.told.has(way)) return;
    this.told.add(way);
    this.logger.info(`Stream ${this.streamName}: ${way}.`);
  }
}
