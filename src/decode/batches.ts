import type { JsonValue } from '../protocol/json';
import type { BodyPlace } from './body-places';
import type { DecodedBatch } from './decoder';

const BATCH_ROWS = 200;
const BATCH_BYTES = 1 << 17;

/** Collects decoded elements until there are enough for one batch. */
export class ElementBatch {
  private elements: DecodedBatch = [];
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

  /** @param place where the last element ends */
  take(place?: BodyPlace): DecodedBatch {
    const taken = this.elements;
    if (place) taken.place = place;
    this.elements = [];
    this.bytes = 0;
    return taken;
  }
}
