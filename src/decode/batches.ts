import type { JsonValue } from '../protocol/json';

const BATCH_ROWS = 1000;
const BATCH_BYTES = 1 << 20;

/** Collects decoded elements until there are enough for one batch. */
export class ElementBatch {
  private elements: JsonValue[] = [];
  private bytes = 0;

  /** `bytes`: roughly what the element took in the body. */
  add(element: JsonValue, bytes: number): void {
    this.elements.push(element);
    this.bytes += bytes;
  }

  get full(): boolean {
    return this.elements.length >= BATCH_ROWS || this.bytes >= BATCH_BYTES;
  }

  get empty(): boolean {
    return this.elements.length === 0;
  }

  take(): JsonValue[] {
    const taken = this.elements;
    this.elements = [];
    this.bytes = 0;
    return taken;
  }
}
