/** Says where the items of a document are. A place is how far a value has come on the way to them; the root is at 0. */
export interface ItemPath {
  /** The elements of an array at this place are items. */
  readonly list: number;
  /** A value at this place is an item. */
  readonly item: number;
  /** One value is meant: of members with the same name the last one, and an array for its items. */
  readonly isOneValue: boolean;
  /** The bytes of the longest name that can be on the path, with escapes and the quote after it. */
  readonly longestName: number;
  /** The place of a member of the object at `place`; undefined where no item can lie there. */
  member(place: number, name: string): number | undefined;
  /** The same of the elements of an array. */
  element(place: number): number | undefined;
}

/** `\u0000` */
const LONGEST_ESCAPE = 6;

/**
 * A dotted path as ijson reads it: members by name, `item` for the elements of an array; items are what lies at
 * `<path>.item`. Places count its characters.
 */
export class DottedPath implements ItemPath {
  readonly list: number;
  readonly item: number;
  readonly isOneValue = false;
  readonly longestName: number;
  private readonly target: string;

  constructor(path: string) {
    this.target = path === '' ? 'item' : `${path}.item`;
    this.list = path.length;
    this.item = this.target.length;
    this.longestName = this.target.length * LONGEST_ESCAPE + 1;
  }

  member(place: number, name: string): number | undefined {
    const { target } = this;
    const step = place === 0 ? name : `.${name}`;
    const end = place + step.length;
    return target.startsWith(step, place) && (end === target.length || target[end] === '.') ? end : undefined;
  }

  element(place: number): number | undefined {
    return this.member(place, 'item');
  }
}

/** A path of member names as an extractor reads it. Places count the names. */
export class MemberPath implements ItemPath {
  readonly list: number;
  readonly item: number;
  readonly isOneValue = true;
  readonly longestName: number;

  constructor(private readonly names: readonly string[]) {
    this.list = this.item = names.length;
    this.longestName = Math.max(...names.map((name) => name.length)) * LONGEST_ESCAPE + 1;
  }

  member(place: number, name: string): number | undefined {
    return this.names[place] === name ? place + 1 : undefined;
  }

  element(): undefined {
    return undefined;
  }
}
