import { functionTable, type FunctionTable, type NamedArguments } from '../callable';
import { formatText, type Lookup } from '../format-text';
import { asDict, isDict } from '../python-dict';
import { PyTypeError } from '../template-errors';

/** The methods of `str` that look at attributes and items, through the sandbox's own look-up. */
export function formatMethods(lookup: Lookup): FunctionTable {
  return functionTable({
    'format self * **': ([text, args, named], evaluation) => formatText(text, args, (name) => (named as NamedArguments).get(name), lookup, evaluation),
    'format_map self mapping': ([text, mapping], evaluation) => {
      if (!isDict(mapping)) throw new PyTypeError('format_map() needs a dict');
      return formatText(text, undefined, (name) => asDict(mapping).get(name), lookup, evaluation);
    },
  });
}
