import type { Logger } from '../platform/runtime';

/** Tells how the rows of a stream are read: the difference is several times the work. Once a stream and way. */
export class ReadingPath {
  private readonly told = new Set<string>();

  constructor(
    private readonly streamName: string,
    private readonly logger: Logger,
  ) {}

  bytes(): void {
    this.tell('rows are written from the bytes of the answer as they are');
  }

  planned(): void {
    this.tell('rows are written from the bytes of the answer; only values that filter, transformations, schema or cursor look at are read');
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
