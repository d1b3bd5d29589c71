/** The reason of the abort signal when a signal of the operating system asked the program to stop. */
export class Stopped extends Error {
  constructor(readonly exitCode: number) {
    super('The run was stopped by a signal.');
    this.name = 'Stopped';
  }
}
