import type { ManifestDocument } from './document';

const MAX_STEPS = 200;

/** The texts before and after the current one; never changed, each step gives a new history. */
export class History {
  constructor(
    readonly current: ManifestDocument,
    private readonly past: readonly ManifestDocument[] = [],
    private readonly future: readonly ManifestDocument[] = [],
    private readonly group?: string,
  ) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Steps of one group that follow each other are undone together. */
  push(next: ManifestDocument, group?: string): History {
    if (next.text === this.current.text) return this;
    const past = group !== undefined && group === this.group ? this.past : [...this.past, this.current].slice(-MAX_STEPS);
    return new History(next, past, [], group);
  }

  undo(): History {
    const previous = this.past.at(-1);
    return previous ? new History(previous, this.past.slice(0, -1), [this.current, ...this.future]) : this;
  }

  redo(): History {
    const [next, ...future] = this.future;
    return next ? new History(next, [...this.past, this.current], future) : this;
  }
}
