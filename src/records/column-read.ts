import type { CallArguments, Expression } from '../manifest/interpolation/ast';
import { mayBeDictAttribute } from '../manifest/interpolation/attributes';

/** The column behind a member of the record, when its values are texts or null. */
export type ColumnOf = (name: string) => number | undefined;

/** The column that an expression looks up in the record. */
export function columnRead(node: Expression, columnOf: ColumnOf): number | undefined {
  switch (node.type) {
    case 'item':
      return isRecord(node.object) && node.key.type === 'constant' && typeof node.key.value === 'string' ? columnOf(node.key.value) : undefined;
    case 'attribute':
      return isRecord(node.object) && !mayBeDictAttribute(node.name) ? columnOf(node.name) : undefined;
    case 'call': {
      const [key, fallback] = node.args.positional;
      // A column is in every row, so that what stands in for it does not matter, as long as it does nothing.
      if (node.callee.type !== 'attribute' || node.callee.name !== 'get' || !isRecord(node.callee.object) || !hasPositional(node.args, 1, 2)) return undefined;
      if (fallback && fallback.type !== 'constant') return undefined;
      return key?.type === 'constant' && typeof key.value === 'string' ? columnOf(key.value) : undefined;
    }
    default:
      return undefined;
  }
}

export function isRecord(node: Expression): boolean {
  return node.type === 'name' && node.name === 'record';
}

export function hasPositional({ positional, named, spread, spreadNamed }: CallArguments, fewest: number, most: number): boolean {
  return positional.length >= fewest && positional.length <= most && named.length === 0 && !spread && !spreadNamed;
}
