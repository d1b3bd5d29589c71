import { PyCallable } from './callable';
import { equals } from './python-operators';
import { PyTuple, Undefined, type Value } from './python-values';
import { PyTypeError } from './template-errors';

/** The variable `loop` of one run of a loop: call with the index of the current item. */
export function makeLoop(items: readonly Value[], depth: number, again: PyCallable): (index: number) => Value {
  let lastChanged: Value;
  const changed = new PyCallable('changed', (evaluation, positional) => {
    const values = new PyTuple(positional);
    const same = lastChanged !== undefined && equals(lastChanged, values, evaluation);
    lastChanged = values;
    return !same;
  });
  return (index) => {
    const cycle = new PyCallable('cycle', (_, positional) => {
      if (positional.length === 0) throw new PyTypeError('no items for cycling given');
      return positional[index % positional.length];
    });
    const attribute = (name: string): Value => {
      switch (name) {
        case 'index':
          return index + 1;
        case 'index0':
          return index;
        case 'revindex':
          return items.length - index;
        case 'revindex0':
          return items.length - index - 1;
        case 'first':
          return index === 0;
        case 'last':
          return index === items.length - 1;
        case 'length':
          return items.length;
        case 'depth':
          return depth;
        case 'depth0':
          return depth - 1;
        case 'previtem':
          return index > 0 ? items[index - 1] : new Undefined('there is no previous item');
        case 'nextitem':
          return index + 1 < items.length ? items[index + 1] : new Undefined('there is no next item');
        case 'cycle':
          return cycle;
        case 'changed':
          return changed;
        default:
          return undefined;
      }
    };
    return new PyCallable('loop', again.call, 'LoopContext', attribute);
  };
}
