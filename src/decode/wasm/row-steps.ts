import type { RowPlan, RowTest } from '../row-plan';

// What assembly/shared/row-steps.ts knows.
const KINDS = { equals: 1, oneOf: 2, null: 3, filled: 4, '<': 5, '<=': 6, contains: 7, startsWith: 8, endsWith: 9, same: 10 } as const;
const TO_DROP = 0;
const TO_DONE = 1;

/** Gives bytes a place in the memory of a program. */
type Place = (bytes: Uint8Array) => number;

/** Puts the steps of a plan into the memory of a program. Returns the address of the first one. */
export function placeSteps({ byteSteps, reads }: RowPlan, place: Place): number {
  const steps = new StepPlacer(reads, place);
  return byteSteps.reduceRight((next, { test }) => steps.test(test, next, TO_DROP), TO_DONE);
}

/** Every step is placed after those that it leads to. */
class StepPlacer {
  constructor(
    private readonly reads: readonly number[],
    private readonly place: Place,
  ) {}

  /** Returns the first step of a test; `yes` and `no`: what comes after it. */
  test(test: RowTest, yes: number, no: number): number {
    if (typeof test === 'boolean') return test ? yes : no;
    switch (test.is) {
      case 'and':
        return test.tests.reduceRight((next, each) => this.test(each, next, no), yes);
      case 'or':
        return test.tests.reduceRight((next, each) => this.test(each, yes, next), no);
      case 'not':
        return this.test(test.test, no, yes);
      case 'oneOf': {
        const texts = test.texts.map(jsonBytes);
        const [only] = texts;
        if (texts.length === 1) return this.step('equals', test.column, this.place(only!), only!.length, yes, no);
        const table = Uint32Array.from(texts.flatMap((text) => [this.place(text), text.length]));
        return this.step('oneOf', test.column, this.place(new Uint8Array(table.buffer)), texts.length, yes, no);
      }
      case 'null':
      case 'filled':
        return this.step(test.is, test.column, 0, 0, yes, no);
      case 'same':
        return this.step(test.is, test.column, this.reads.indexOf(test.as), 0, yes, no);
      default: {
        const text = jsonBytes(test.text);
        return this.step(test.is, test.column, this.place(text), text.length, yes, no);
      }
    }
  }

  private step(kind: keyof typeof KINDS, column: number, text: number, length: number, yes: number, no: number): number {
    const step = Uint32Array.from([KINDS[kind], this.reads.indexOf(column), text, length, yes, no]);
    return this.place(new Uint8Array(step.buffer));
  }
}

/** A text as it stands in a row. */
function jsonBytes(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}
