import type { LineOutput } from '../../messages/stdout';
import type { Clock } from '../../platform/clock';
import type { EventBus } from '../../platform/events';
import { progressLines, progressSummary } from './progress-lines';
import { RunProgress } from './run-progress';

const REDRAW_MS = 200;
/** A log grows by a line that often. */
const SUMMARY_MS = 10_000;
/** A person reads no more than that at a glance. */
const MOST_LINES = 12;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** Where progress is shown: stderr. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface DisplayOptions {
  screen: ProgressScreen;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Shows what a run does. On a terminal a few lines are redrawn in place; elsewhere, for those who asked for it, a summary goes out
 * every ten seconds. Whatever else is printed while the block stands must go through `above` or `around`.
 */
export class ProgressDisplay {
  private readonly progress: RunProgress;
  private readonly over = new AbortController();
  private readonly isTerminal: boolean;
  private drawnLines = 0;
  /** Others who are printing at the moment. */
  private hiders = 0;
  private hasNews = false;

  constructor(private readonly options: DisplayOptions) {
    this.progress = new RunProgress(options.clock.now());
    this.isTerminal = isTerminal(options.screen, options.env);
  }

  /** Starts to listen, and to draw. */
  start(events: EventBus): void {
    events.on(
      (event) => {
        this.hasNews = true;
        this.progress.hear(event);
      },
      ['stream', 'job', 'download', 'wait'],
    );
    void this.keepDrawing();
  }

  /** Prints a line for good, above the block. */
  above(line: string): void {
    this.options.screen.write(`${this.eraser()}${line}\n${this.frame()}`);
  }

  /** An output that may share the terminal with the block: lines never run into each other. */
  around(output: LineOutput): LineOutput {
    let drained: Promise<void> | undefined;
    return {
      write: (lines, written) => {
        if (!drained) {
          this.hiders += 1;
          if (this.drawnLines > 0) this.options.screen.write(this.eraser());
          // The queue of the output is written later than this call.
          drained = Promise.resolve()
            .then(() => output.flush())
            .catch(() => undefined)
            .finally(() => {
              drained = undefined;
              this.hiders -= 1;
            });
        }
        return output.write(lines, written);
      },
      flush: () => output.flush(),
    };
  }

  /** Draws the last time; the block stays where it is. */
  stop(): void {
    if (this.over.signal.aborted) return;
    this.over.abort();
    if (this.progress.streams.length === 0) return;
    this.hiders = 0;
    const { screen, clock } = this.options;
    // A check has no streams to sum up.
    const isRead = this.progress.streams.some(({ status }) => status !== undefined);
    if (this.isTerminal) screen.write(`${this.eraser()}${isRead ? this.frame() : ''}`);
    else if (isRead) screen.write(`${progressSummary(this.progress, clock.now())}\n`);
    this.drawnLines = 0;
  }

  private async keepDrawing(): Promise<void> {
    const { clock, screen } = this.options;
    try {
      for (;;) {
        await clock.background(this.isTerminal ? REDRAW_MS : SUMMARY_MS, this.over.signal);
        if (this.progress.streams.length === 0) continue;
        if (this.isTerminal) {
          if (this.hiders === 0) screen.write(`${this.eraser()}${this.frame()}`);
        } else if (this.hasNews) {
          screen.write(`${progressSummary(this.progress, clock.now())}\n`);
          this.hasNews = false;
        }
      }
    } catch {
      // The run is over.
    }
  }

  /** The text of the block; from now on it stands. */
  private frame(): string {
    const { screen, clock, env } = this.options;
    if (!this.isTerminal || this.hiders > 0 || this.progress.streams.length === 0) return '';
    const lines = progressLines(this.progress, {
      // The last column is left free: some terminals wrap there.
      width: Math.max(1, (screen.columns || DEFAULT_COLUMNS) - 1),
      height: Math.min(MOST_LINES, Math.max(2, (screen.rows || DEFAULT_ROWS) - 1)),
      colour: !env.NO_COLOR,
      unicode: /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || ''),
      now: clock.now(),
    });
    this.drawnLines = lines.length;
    return lines.map((line) => `${line}\n`).join('');
  }

  /** The text that removes the block; from now on it does not stand. */
  private eraser(): string {
    const text = this.drawnLines > 0 ? `\u001b[${this.drawnLines}A\r\u001b[J` : '';
    this.drawnLines = 0;
    return text;
  }
}

/** Whether lines can be redrawn there. */
export function isTerminal(screen: ProgressScreen, env: Readonly<Record<string, string | undefined>>): boolean {
  return screen.isTTY === true && env.TERM !== 'dumb';
}
