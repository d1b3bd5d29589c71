import type { JsonObject } from '../protocol/json';

interface Snapshot {
  state: JsonObject;
  /** The first partition that was generated after the snapshot was taken. */
  order: number;
}

/**
 * States of the parents, each taken when a partition was generated. One may go into the child's STATE only when every
 * partition up to that one is closed: a parent record that the state covers must not have unread children.
 */
export class ParentStateQueue {
  private snapshots: Snapshot[] = [];
  private newest: JsonObject | undefined;

  /** The same object as before counts as no change. */
  add(state: JsonObject | undefined, order: number): void {
    if (state === undefined || state === this.newest) return;
    this.newest = state;
    this.snapshots.push({ state, order });
  }

  /** The newest snapshot that was taken before the partition `oldestOpen`, the first that is not closed. */
  takeUpTo(oldestOpen: number): JsonObject | undefined {
    const count = this.snapshots.findIndex(({ order }) => order >= oldestOpen);
    const taken = this.snapshots.splice(0, count < 0 ? this.snapshots.length : count);
    return taken.at(-1)?.state;
  }
}
