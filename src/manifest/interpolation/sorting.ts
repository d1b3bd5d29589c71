import type { Budget } from './limits';
import { checkListLength } from './limits';
import { iterate, ordered } from './python-operators';
import type { Value } from './python-values';

/** Python's `sorted`: stable, by `key`; equal items keep their order also when reversed. */
export function sorted(items: Value, key: (item: Value) => Value, reverse: boolean, budget: Budget): Value[] {
  const keyed = Array.from(iterate(items), (item) => ({ item, key: key(item) }));
  checkListLength(keyed.length);
  const direction = reverse ? -1 : 1;
  keyed.sort((a, b) => {
    budget.step();
    return ordered('<', a.key, b.key, budget) ? -direction : ordered('<', b.key, a.key, budget) ? direction : 0;
  });
  return keyed.map(({ item }) => item);
}
