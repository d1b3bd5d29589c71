import { PlanChances } from '../decode/plan-chances';
import type { Logger } from '../platform/runtime';

/** Tells how the rows of a stream are read: the difference is several times the work. Once a stream and way. */
export class ReadingPath {
  private readonly chances = new PlanChances();
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
    this.chances.note(reason === undefined);
    if (reason === undefined) this.planned();
    else this.objects(reason);
  }

  /** Whether it does not pay to look for plans any more. */
  get givesUpPlans(): boolean {
    return this.chances.areGone;
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
