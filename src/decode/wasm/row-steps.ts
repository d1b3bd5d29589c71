import type { RowNumber, RowPlan, RowTest, RowValue } from '../row-plan';
import { wordBytes } from './memory-layout';

// What assembly/shared/row-steps.ts knows.
const KINDS = {
  equals: 1, oneOf: 2, null: 3, filled: 4, '<': 5, '<=': 6, contains: 7, startsWith: 8, endsWith: 9, same: 10,
  'number=': 11, 'number<': 12, 'number<=': 13, hasMember: 14, makesMember: 15, makesNumber: 16, casts: 17,
} as const;
const TYPES = { string: 1, integer: 2, number: 3, boolean: 4 } as const;
const OPERATIONS = { constant: 1, read: 2, whole: 3, negate: 4, '+': 5, '-': 6, '*': 7, '/': 8, exact: 9, round: 10 } as const;
const TYPES_INTEGERS = 1;
const TYPES_DECIMALS = 2;
const NULL_IS_TEXT = 4;
/** In place of an address: the number of a value stands in place of the length. */
const NULL = 0xffffffff;
const TO_DROP = 0;
const TO_DONE = 1;

/** Gives bytes a place in the memory of a program. */
type Place = (bytes: Uint8Array) => number;

/** Puts the steps of a plan into the memory of a program. Returns the address of the first one. */
export function placeSteps({ byteSteps, members, reads }: RowPlan, place: Place): number {
  const steps = new StepPlacer(reads, place);
  const names = members.flatMap((member) => (member.from === 'made' ? [member.name] : []));
  const made = membersOfSteps({ byteSteps });
  return byteSteps.reduceRight(
    (next, step) => ('test' in step ? steps.test(step.test, next, TO_DROP) : steps.member(made.indexOf(step.made), names[step.made]!, step.value, next)),
    TO_DONE,
  );
}

/** The numbers of the made members that steps make. */
export function membersOfSteps({ byteSteps }: Pick<RowPlan, 'byteSteps'>): number[] {
  return byteSteps.flatMap((step) => ('made' in step ? [step.made] : []));
}

/** The room for the members that steps make for the rows of a table. */
export function memberBytes(plan: RowPlan): number {
  return membersOfSteps(plan).length > 0 ? 1 << 18 : 0;
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
        const table = this.words(texts.flatMap((text) => [this.place(text), text.length]));
        return this.step('oneOf', test.column, table, texts.length, yes, no);
      }
      case 'number=':
      case 'number<':
      case 'number<=':
        return this.words([KINDS[test.is], this.number(test.left), this.number(test.right), 0, yes, no]);
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

  member(index: number, name: string, value: RowValue, next: number): number {
    const head = `,${JSON.stringify(name)}:`;
    if (value.is === 'fixed') {
      const bytes = Buffer.from(head + value.json);
      return this.words([KINDS.hasMember, index, this.place(bytes), bytes.length, next, 0]);
    }
    if (value.is === 'cast') {
      const bytes = Buffer.from(head);
      const parts = this.words([this.place(bytes), bytes.length, this.reads.indexOf(value.column), Number(value.allowsNull)]);
      return this.words([KINDS.casts, index, parts, 0, next, TYPES[value.to]]);
    }
    const flags = (value.typing.integers ? TYPES_INTEGERS : 0) | (value.typing.decimals ? TYPES_DECIMALS : 0);
    if (value.is === 'number') {
      const bytes = Buffer.from(head);
      const parts = this.words([this.place(bytes), bytes.length, this.number(value.number), Number(value.number.isWhole)]);
      return this.words([KINDS.makesNumber, index, parts, 0, next, flags]);
    }
    const { parts, nullIsText } = value;
    const table = [Buffer.from(head), ...parts.map((part) => (typeof part === 'string' ? jsonBytes(part) : part.column))].flatMap((part) =>
      typeof part === 'number' ? [NULL, this.reads.indexOf(part)] : [this.place(part), part.length],
    );
    return this.words([KINDS.makesMember, index, this.words(table), table.length / 2, next, nullIsText ? flags | NULL_IS_TEXT : flags]);
  }

  /** Places the code of a number. */
  private number(number: RowNumber): number {
    const code = this.operations(number);
    return this.words([code.length / 2, ...code]);
  }

  private operations(number: RowNumber): number[] {
    switch (number.is) {
      case 'constant':
        return [OPERATIONS.constant, this.place(new Uint8Array(Float64Array.of(number.value).buffer))];
      case 'read':
        return [OPERATIONS.read, this.reads.indexOf(number.column)];
      case 'float':
        return this.operations(number.of);
      case 'round':
        return [...this.operations(number.of), OPERATIONS.round, number.places];
      case 'whole':
      case 'negate':
        return [...this.operations(number.of), OPERATIONS[number.is], 0, ...exactly(number)];
      default:
        return [...this.operations(number.left), ...this.operations(number.right), OPERATIONS[number.is], 0, ...exactly(number)];
    }
  }

  private step(kind: keyof typeof KINDS, column: number, text: number, length: number, yes: number, no: number): number {
    return this.words([KINDS[kind], this.reads.indexOf(column), text, length, yes, no]);
  }

  private words(words: readonly number[]): number {
    return this.place(wordBytes(words));
  }
}

/** A text as it stands in a row. */
function jsonBytes(text: string): Buffer {
  return Buffer.from(JSON.stringify(text).slice(1, -1));
}

/** Whole numbers that a double may not hold are not known. */
function exactly({ isWhole }: RowNumber): number[] {
  return isWhole ? [OPERATIONS.exact, 0] : [];
}
