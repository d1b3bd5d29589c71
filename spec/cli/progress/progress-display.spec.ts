import { ProgressDisplay } from '../../../src/cli/progress/progress-display';
import type { LineOutput } from '../../../src/messages/stdout';
import { SystemClock } from '../../../src/platform/clock';
import { EventBus, type RuntimeEvent } from '../../../src/platform/events';

const running: RuntimeEvent = { type: 'stream', streamName: 'a', status: 'RUNNING', records: 1, at: 0 };

/** What a terminal shows after a text: lines that were erased are gone. */
function seen(text: string): string[] {
  const lines: string[] = [''];
  for (const part of text.split(/(\u001b\[\d+A\r\u001b\[J|\n)/)) {
    const up = /^\u001b\[(\d+)A/.exec(part); // eslint-disable-line no-control-regex
    if (part === '\n') lines.push('');
    else if (up) lines.splice(lines.length - 1 - Number(up[1]), Number(up[1]) + 1, '');
    else lines[lines.length - 1] += part;
  }
  return lines;
}

/** Time passes only when the spec says so. */
class SteppedClock extends SystemClock {
  private elapsed = 0;
  private sleepers: { at: number; wake: () => void }[] = [];

  override now(): number {
    return this.elapsed;
  }

  override background(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => this.sleepers.push({ at: this.elapsed + ms, wake: () => (signal?.aborted ? reject(signal.reason as Error) : resolve()) }));
  }

  async advance(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    for (;;) {
      const due = this.sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.elapsed = due.at;
      this.sleepers = this.sleepers.filter((sleeper) => sleeper !== due);
      due.wake();
      await later();
    }
    this.elapsed = end;
  }
}

function display(screen: { isTTY?: boolean; columns?: number }, env: Record<string, string> = { NO_COLOR: '1', LANG: 'C.UTF-8' }) {
  const clock = new SteppedClock();
  const bus = new EventBus();
  let text = '';
  const shown = new ProgressDisplay({ screen: { columns: 80, rows: 24, ...screen, write: (more) => (text += more) }, clock, env });
  shown.start(bus);
  return { clock, bus, shown, text: () => text };
}

const later = () => new Promise((resolve) => setImmediate(resolve));

describe('ProgressDisplay', () => {
  it('draws nothing before there is something to say, then redraws in place', async () => {
    const { clock, bus, shown, text } = display({ isTTY: true });
    await clock.advance(1000);
    expect(text()).toBe('');
    bus.emit(running);
    await clock.advance(1000);
    expect(seen(text())).toEqual([expect.stringContaining('▸ a '), expect.stringContaining('0 of 1 stream done'), '']);
    shown.stop();
    await clock.advance(1000);
    expect(seen(text())).toHaveLength(3);
  });

  it('prints other lines above the block', async () => {
    const { clock, bus, shown, text } = display({ isTTY: true });
    bus.emit(running);
    await clock.advance(200);
    shown.above('WARN  something');
    expect(seen(text())).toEqual(['WARN  something', expect.stringContaining('▸ a '), expect.any(String), '']);
  });

  it('stays out of the way while others write to the same terminal', async () => {
    const { clock, bus, shown, text } = display({ isTTY: true });
    let release = () => undefined as void;
    const output: LineOutput = { write: () => undefined, flush: () => new Promise((resolve) => (release = resolve)) };
    bus.emit(running);
    await clock.advance(200);
    const around = shown.around(output);
    void around.write('{}\n');
    expect(seen(text())).toEqual(['']);
    await later();
    await clock.advance(1000);
    expect(seen(text())).toEqual(['']);
    release();
    await later();
    await clock.advance(200);
    expect(seen(text())).toHaveLength(3);
  });

  it('says a line every ten seconds where nothing can be redrawn, when there is news', async () => {
    const { clock, bus, shown, text } = display({ isTTY: false });
    bus.emit(running);
    await clock.advance(9_999);
    expect(text()).toBe('');
    await clock.advance(1);
    expect(text()).toBe('0 of 1 stream done, 1 rows, 10 s\n');
    await clock.advance(30_000);
    expect(text().split('\n')).toHaveLength(2);
    shown.stop();
    expect(text()).not.toContain('\u001b');
  });

  it('takes a dumb terminal for none', async () => {
    const { clock, bus, text } = display({ isTTY: true }, { TERM: 'dumb' });
    bus.emit(running);
    await clock.advance(10_000);
    expect(text()).toBe('0 of 1 stream done, 1 rows, 10 s\n');
  });
});
