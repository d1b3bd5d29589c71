import type { ComponentChildren } from 'preact';
import { getOwn, isObject, type JsonObject } from '../../../protocol/json';
import type { Path } from '../document';
import { usePage } from '../page-context';
import { ComponentForm } from './component-form';
import { FieldShell } from './field-shell';
import { labelOfType, shortHint } from './labels';
import { ReferenceNote } from './reference-note';
import { typeOf } from './type-of';
import { useField } from './use-field';
import { withType } from './with-type';

interface Props {
  path: Path;
  label: string;
  types: readonly string[];
  schema?: JsonObject;
  hint?: string;
  isRequired?: boolean;
  /** e.g. `HttpRequester.authenticator`: decides what a component without a type is. */
  field?: string;
  /** What stands for "not there". */
  noneLabel?: string;
  /** The type that `noneLabel` stands for: offered only where it is written out. */
  hiddenType?: string;
  exclude?: readonly string[];
  /** In place of writing the component of the chosen type; undefined removes it. */
  onType?(type: string | undefined): void;
  /** Between the choice and the fields of the chosen component. */
  children?: ComponentChildren;
}

/** One of some components: which one, and its own fields. */
export function ComponentField({ path, label, types, schema, hint, isRequired, field: fieldName = '', noneLabel = 'None', hiddenType, exclude, onType, children }: Props) {
  const { state } = usePage();
  const field = useField(path, false);
  const components = state.definitions.value?.components ?? {};
  const type = typeOf(field.value, fieldName, types);
  const choose = (next: string | undefined) => {
    if (onType) onType(next);
    else field.set(next === undefined ? undefined : withType(isObject(field.value) ? field.value : {}, next, schema ?? {}, components));
  };
  // What a choice of many is about is said by the one that was chosen.
  const shown = type && (hint === undefined || types.length > 2) ? shortHint(getOwn(components as JsonObject, type) as JsonObject | undefined) : (hint ?? shortHint(schema));
  const offered = types.filter((name) => name !== hiddenType || name === type);
  const listed = type !== undefined && !offered.includes(type) ? [...offered, type] : offered;
  // Nothing to choose: only its fields.
  const isFixed = isRequired && listed.length === 1 && type !== undefined;
  return (
    <div class="component">
      {isFixed ? null : (
        <FieldShell {...field} label={label} schema={schema} hint={shown} isRequired={isRequired}>
          {(control) => (
            <select {...control} value={type ?? ''} onChange={({ currentTarget }) => choose(currentTarget.value || undefined)}>
              {(!isRequired || type === undefined) && <option value="">{isRequired ? 'Choose …' : noneLabel}</option>}
              {listed.map((name) => (
                <option key={name} value={name}>
                  {labelOfType(name, getOwn(components as JsonObject, name) as JsonObject | undefined)}
                </option>
              ))}
            </select>
          )}
        </FieldShell>
      )}
      <ReferenceNote path={path} />
      {children}
      {type !== undefined && <ComponentForm path={path} type={type} exclude={exclude} title={label} isTitled={isFixed} />}
    </div>
  );
}
