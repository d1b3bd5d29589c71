/** Readers of one stream's bodies that wait for the next one: to make one takes as long as to read a page. */
export class IdleReaders {
  private readonly idle: object[] = [];

  take<Reader extends object>(isWanted: (reader: object) => reader is Reader): Reader | undefined {
    const at = this.idle.findIndex(isWanted);
    return at < 0 ? undefined : (this.idle.splice(at, 1)[0] as Reader);
  }

  giveBack(reader: object): void {
    this.idle.push(reader);
  }
}
