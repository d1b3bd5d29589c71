/** The names of fields repeat from record to record; endless new ones must not fill the memory. */
const MOST = 10_000;

/** Keeps what a slow renaming gave for a name. */
export class RememberedNames {
  private readonly names = new Map<string, string>();

  constructor(private readonly rename: (name: string) => string) {}

  get(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const renamed = this.rename(name);
    if (this.names.size < MOST) this.names.set(name, renamed);
    return renamed;
  }
}
