/** So many lists of names without a plan, and none with one, say that there will be none. */
const MOST_REFUSED = 4;

/** Whether it pays to look for plans for more lists of names. */
export class PlanChances {
  private found = 0;
  private refused = 0;

  note(hasPlan: boolean): void {
    if (hasPlan) this.found++;
    else this.refused++;
  }

  get areGone(): boolean {
    return this.found === 0 && this.refused >= MOST_REFUSED;
  }
}
