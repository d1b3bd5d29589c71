import type { JsonObject } from '../../../protocol/json';
import { usePage } from '../page-context';
import type { FieldProps } from './basic-fields';
import { SchemaField } from './schema-field';
import { FieldShell } from './field-shell';
import { labelOfType } from './labels';
import { componentTypesOf, initialValue, optionFor, shapeOf } from './shape';
import { useField } from './use-field';

/** A value that may be written in several ways: which one, and the field for it. */
export function EitherField({ path, label, schema, hint, isRequired, options, field: name }: FieldProps & { options: readonly JsonObject[]; field: string }) {
  const { state } = usePage();
  const field = useField(path, false);
  const isThere = field.value !== undefined;
  const index = optionFor(options, field.value);
  const choose = (next: string) => field.set(next === '' ? undefined : initialValue(options[Number(next)]!, state.definitions.value?.components ?? {}));
  return (
    <div class="component">
      <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired}>
        {(control) => (
          <select {...control} value={isThere ? String(index) : ''} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {(!isRequired || !isThere) && <option value="">{isRequired ? 'Choose …' : 'None'}</option>}
            {options.map((option, position) => (
              <option key={position} value={String(position)}>
                {nameOf(option)}
              </option>
            ))}
          </select>
        )}
      </FieldShell>
      {isThere && (
        <div class="group nested">
          <SchemaField path={path} label={`${label}: ${nameOf(options[index]!)}`} schema={options[index]!} field={name} isRequired hint="" />
        </div>
      )}
    </div>
  );
}

function nameOf(schema: JsonObject): string {
  const { kind } = shapeOf(schema);
  if (kind === 'tags' || kind === 'list') return 'Several';
  if (kind === 'component') return componentTypesOf(schema).length === 1 ? labelOfType(componentTypesOf(schema)[0]!, undefined) : 'One';
  return kind === 'text' ? 'Text or Template' : kind === 'number' ? 'Number' : 'Object';
}
