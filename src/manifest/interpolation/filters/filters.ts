import { getAttributeOnly } from '../attributes';
import { functionTable, type EngineFunction, type FunctionTable, type NamedArguments } from '../callable';
import type { Evaluation } from '../evaluation';
import { iterate, truthy } from '../python-operators';
import { str } from '../python-text';
import { PyIterator, type Value } from '../python-values';
import { PyError } from '../template-errors';
import { TESTS } from '../tests';
import { CDK_FILTERS } from './cdk-filters';
import { NUMBER_FILTERS } from './number-filters';
import { attributeGetter, SEQUENCE_FILTERS } from './sequence-filters';
import { TEXT_FILTERS } from './text-filters';

/** A filter or test by the name that the template gives as an argument. */
function named(table: FunctionTable, kind: string, name: Value): EngineFunction {
  const found = table.get(str(name));
  if (!found) throw new PyError('TemplateRuntimeError', `No ${kind} named '${str(name)}'.`);
  return found;
}

function mapper(args: readonly Value[], keywords: NamedArguments, evaluation: Evaluation): (item: Value) => Value {
  if (args.length === 0 && keywords.has('attribute')) {
    const unexpected = [...keywords.keys()].find((name) => name !== 'attribute' && name !== 'default');
    if (unexpected) throw new PyError('FilterArgumentError', `Unexpected keyword argument '${unexpected}'`);
    return attributeGetter(keywords.get('attribute'), keywords.get('default'));
  }
  if (args.length === 0) throw new PyError('FilterArgumentError', 'map requires a filter argument');
  const filter = named(FILTERS, 'filter', args[0]);
  return (item) => filter.call(evaluation, [item, ...args.slice(1)], keywords.size > 0 ? keywords : undefined);
}

/** `select` and its relatives: keeps the items whose value (or attribute) passes a test, or fails it. */
function selector(wanted: boolean, ofAttribute: boolean) {
  return ([value, args, keywords]: readonly any[], evaluation: Evaluation) => { // eslint-disable-line @typescript-eslint/no-explicit-any
    if (ofAttribute && args.length === 0) throw new PyError('FilterArgumentError', 'Missing parameter for attribute name');
    const get = ofAttribute ? attributeGetter(args[0]) : (item: Value) => item;
    const [name, ...more] = ofAttribute ? args.slice(1) : args;
    const test = name === undefined ? undefined : named(TESTS, 'test', name);
    const passes = (item: Value) => truthy(test ? test.call(evaluation, [get(item), ...more], keywords.size > 0 ? keywords : undefined) : get(item));
    return lazily(value, evaluation, function* (item) {
      if (passes(item) === wanted) yield item;
    });
  };
}

function lazily(value: Value, evaluation: Evaluation, each: (item: Value) => Iterable<Value>): PyIterator {
  return new PyIterator(
    (function* () {
      if (!truthy(value)) return;
      for (const item of iterate(value)) {
        evaluation.step();
        yield* each(item);
      }
    })(),
  );
}

/** All filters: Jinja's and the CDK's. */
export const FILTERS: FunctionTable = new Map([
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  ...SEQUENCE_FILTERS,
  ...functionTable({
    'attr value name': ([value, name]) => getAttributeOnly(value, str(name)),
    'map value * **': ([value, args, keywords], evaluation) => {
      let map: ((item: Value) => Value) | undefined;
      return lazily(value, evaluation, (item) => [(map ??= mapper(args, keywords, evaluation))(item)]);
    },
    'reject value * **': selector(false, false),
    'rejectattr value * **': selector(false, true),
    'select value * **': selector(true, false),
    'selectattr value * **': selector(true, true),
  }),
  ...CDK_FILTERS,
]);
