import { usePage } from '../page-context';
import { locate, referenceOf } from '../references';
import { streamName } from '../state';
import type { FieldProps } from './basic-fields';
import { ComponentField } from './component-field';
import { FieldShell } from './field-shell';
import { useField } from './use-field';

/** Another stream of the manifest; one that stands in this place itself has its own form. */
export function StreamReferenceField({ path, label, schema, hint, isRequired, types, field: name }: FieldProps & { types: readonly string[]; field: string }) {
  const { state } = usePage();
  const field = useField(path, false);
  const written = state.manifest.value.getAt(locate(state.model.value, path));
  const ref = referenceOf(written);
  const isOwn = ref === null && typeof written === 'object' && written !== null && Object.keys(written).some((key) => key !== 'type');
  if (isOwn) return <ComponentField path={path} label={label} schema={schema} hint={hint} isRequired={isRequired} types={types} field={name} />;
  const own = state.streamIndex.value;
  return (
    <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired}>
      {(control) => (
        <select {...control} value={ref ?? ''} onChange={({ currentTarget }) => field.set(currentTarget.value ? { $ref: currentTarget.value } : undefined)}>
          <option value="">Choose …</option>
          {state.streams.value.map((stream, index) =>
            index === own ? null : (
              <option key={index} value={`#/streams/${index}`}>
                {streamName(stream) || '(empty)'}
              </option>
            ),
          )}
          {ref !== null && !/^#\/streams\/\d+$/.test(ref) && <option value={ref}>{ref}</option>}
        </select>
      )}
    </FieldShell>
  );
}
