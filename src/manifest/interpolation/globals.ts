import { functionTable, PyCallable, type NamedArguments } from './callable';
import { MACROS } from './macros';
import { pairsOf } from './methods/collection-methods';
import { PyDict } from './python-dict';
import { Namespace, PyRecord, type Value } from './python-values';
import { PyError, PyTypeError } from './template-errors';

/** Goes round its values: `cycler('odd', 'even')`. */
function makeCycler(values: readonly Value[]): PyRecord {
  if (values.length === 0) throw new PyTypeError('at least one item has to be provided');
  let at = 0;
  const next = new PyCallable('next', () => {
    const value = values[at];
    at = (at + 1) % values.length;
    return value;
  });
  const reset = new PyCallable('reset', () => {
    at = 0;
    return null;
  });
  return new PyRecord('Cycler', (name) => ({ next, reset, current: values[at] })[name as 'next']);
}

/** Nothing the first time, then the separator. */
function makeJoiner(separator: Value): PyCallable {
  let used = false;
  return new PyCallable('joiner', () => {
    if (used) return separator;
    used = true;
    return '';
  });
}

/** Jinja's own functions; `range` is missing as in the reference, `lipsum` has no use here. */
const JINJA_GLOBALS = functionTable({
  'cycler *': ([values]) => makeCycler(values),
  'dict source? **': ([source, named]) => PyDict.from([...(source === undefined ? [] : pairsOf(source)), ...(named as NamedArguments)]),
  'joiner sep?': ([separator]) => makeJoiner(separator ?? ', '),
  'namespace source? **': ([source, named]) => {
    const namespace = new Namespace();
    for (const [name, value] of [...(source === undefined ? [] : pairsOf(source)), ...(named as NamedArguments)]) {
      if (typeof name !== 'string') throw new PyError('TypeError', 'the names of a namespace must be texts');
      namespace.attributes.set(name, value);
    }
    return namespace;
  },
});

/** What every template may use without declaring it. `self` stands for the template's blocks, of which there are none to call. */
export const GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...[...JINJA_GLOBALS, ...MACROS].map(([name, fn]) => [name, PyCallable.of(fn)] as const),
  ['self', new PyRecord('TemplateReference', () => undefined)],
]);
