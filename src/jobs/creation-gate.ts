import type { Clock } from '../platform/clock';
import { FairSlots, type Slot } from './fair-slots';

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Keeps a stream from ordering jobs while the API has no capacity. Once refused, one order at a time may try again,
 * after the pause; the first success opens the gate for all.
 */
export class CreationGate {
  private refusals = 0;
  private opensAt = 0;
  private readonly probing = new FairSlots(1);

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** Waits until an order may be tried. The pass is to be given back when its outcome is known. */
  async enter(signal: AbortSignal): Promise<Slot | undefined> {
    if (this.refusals === 0) return undefined;
    const pass = await this.probing.acquire(signal);
    try {
      while (this.refusals > 0 && this.clock.monotonic() < this.opensAt) {
        await this.clock.sleep(this.opensAt - this.clock.monotonic(), signal);
      }
    } catch (error) {
      pass.release();
      throw error;
    }
    if (this.refusals > 0) return pass;
    pass.release();
    return undefined;
  }

  /** How long to wait after one more refusal, milliseconds: what the API said, or a growing pause with jitter. */
  pauseAfterRefusal(retryAfterMs: number | undefined): number {
    const growing = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.refusals, 10));
    return retryAfterMs ?? growing * (0.75 + this.random() * 0.5);
  }

  close(pauseMs: number): void {
    this.refusals += 1;
    this.opensAt = Math.max(this.opensAt, this.clock.monotonic() + pauseMs);
  }

  open(): void {
    this.refusals = 0;
  }
}
