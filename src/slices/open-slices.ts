import type { StreamSlice } from './stream-slice';

/**
 * Notes about slices that are being read. Found by identity, which costs nothing a record; a slice that was rebuilt
 * elsewhere with the same content finds the same note by its key.
 */
export class OpenSlices<T> {
  private readonly byKey = new Map<string, T>();
  private bySlice = new WeakMap<StreamSlice, T>();
  private lastSlice: StreamSlice | undefined;
  private lastNote: T | undefined;

  add(slice: StreamSlice, note: T): void {
    this.byKey.set(slice.key, note);
    this.bySlice.set(slice, note);
  }

  find(slice: StreamSlice): T | undefined {
    if (slice === this.lastSlice) return this.lastNote;
    let note = this.bySlice.get(slice);
    if (!note) {
      note = this.byKey.get(slice.key);
      if (!note) return undefined;
      this.bySlice.set(slice, note);
    }
    this.lastSlice = slice;
    this.lastNote = note;
    return note;
  }

  delete(slice: StreamSlice): void {
    this.byKey.delete(slice.key);
    this.bySlice.delete(slice);
    this.lastSlice = undefined;
    this.lastNote = undefined;
  }
}
