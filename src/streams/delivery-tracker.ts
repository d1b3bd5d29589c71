import type { JsonObject, JsonValue } from '../protocol/json';
import type { RecordBatch } from '../slices/parent-stream';
import type { StreamSlice } from '../slices/stream-slice';
import type { DownloadRequester } from './async-download';
import { readPlace, writePlace, type DownloadPlace, type RowBorder } from './download-place';
import type { PageBatch } from './page-reader';
import type { StreamRun } from './retriever';

/** One of the downloads of a job, while it is read. */
interface OpenTarget {
  target: number;
  rowsBefore: number;
  border: RowBorder | undefined;
  requester: DownloadRequester;
}

/** Follows how far the records of a slice went out, for the STATEs of the stream, and knows how far an earlier run has come. */
export class DeliveryTracker {
  /** Where an earlier run has left the downloads. */
  from: DownloadPlace | undefined;
  private targets: readonly JsonValue[] = [];
  private open: OpenTarget | undefined;
  private reached: (OpenTarget & { rows: number }) | undefined;

  constructor(
    private readonly slice: StreamSlice,
    private readonly run: StreamRun,
    /** A fingerprint of how rows are made of bytes. */
    private readonly reader: string,
  ) {}

  /** Rows that went out, or were filtered, before this run. */
  get rowsBefore(): number {
    return this.from ? this.from.rowsBefore + this.from.rows : 0;
  }

  /** The downloads are read from where an earlier run has left them, if that means anything for them, else from their start. */
  start(targets: readonly JsonValue[], left: JsonObject | undefined): void {
    this.targets = targets;
    this.open = this.reached = undefined;
    this.from = left && readPlace(left, { reader: this.reader, targets });
    this.run.jobBook?.follow(this.slice, () => this.place());
  }

  /** @param rows of the slice that were read in this run before */
  enter(target: number, rows: number, requester: DownloadRequester): void {
    const { from } = this;
    const isContinued = from?.target === target;
    this.open = { target, rowsBefore: isContinued ? from.rowsBefore : this.rowsBefore + rows, border: isContinued ? from.border : undefined, requester };
  }

  /** @param rows of the slice that were read in this run, with those of the batch */
  mark(batch: PageBatch, rows: number): RecordBatch {
    const { open } = this;
    if (!open) return batch;
    const rowsOfTarget = this.rowsBefore + rows - open.rowsBefore;
    const border = batch.place && open.requester.border(batch.place, rowsOfTarget);
    if (border) open.border = border;
    const end = { ...open, rows: rowsOfTarget };
    batch.sent = () => {
      this.reached = end;
    };
    return batch;
  }

  /** Undefined as long as nothing went out, or nothing could show the next run that it has the same file. */
  private place(): JsonObject | undefined {
    const { reached, run, slice, targets, reader } = this;
    const file = reached?.requester.identity();
    if (!reached || !file) return undefined;
    const { target, rowsBefore, rows, border } = reached;
    return writePlace({ target, rowsBefore, rows, border, file, seen: run.cursor.seenIn?.(slice) }, { reader, targets });
  }
}
