import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import { usePage } from '../page-context';
import { targetOf } from '../references';
import type { FieldProps } from './basic-fields';
import { ComponentForm } from './component-form';
import { SchemaField } from './schema-field';
import { Group } from './group';
import { labelOfType, shortHint, textIn } from './labels';
import { componentTypesOf, initialValue } from './shape';
import { typeOf } from './type-of';
import { useField } from './use-field';

/** A list whose items have fields of their own: add, remove, and move them. */
export function ListField({ path, label, schema, hint, item, field: name }: FieldProps & { item: JsonObject; field: string }) {
  const { state } = usePage();
  const field = useField(path, false);
  const items = Array.isArray(field.value) ? field.value : [];
  const components = state.definitions.value?.components ?? {};
  const types = componentTypesOf(item);
  const one = types.length === 1 ? labelOfType(types[0]!, components[types[0]!]) : singular(label);
  const place = () => targetOf(state.model.peek(), path);
  const add = (type?: string) => {
    const value = initialValue(item, components, type);
    if (items.length === 0) field.set([value]);
    else state.edit((manifest) => manifest.insertAt(place(), items.length, value));
  };
  const remove = (index: number) => {
    if (items.length === 1) field.set(undefined);
    else state.edit((manifest) => manifest.deleteAt([...place(), index]));
  };
  return (
    <Group title={label} id={field.id} hint={hint ?? shortHint(schema)} findings={field.findings} isNested>
      <ol class="items" data-field-path={field.fieldPath}>
        {items.map((_, index) => {
          const value = state.read([...path, index]);
          const type = typeOf(value, name, types);
          const title = `${type ? labelOfType(type, components[type]) : one} ${index + 1}`;
          return (
            <li key={index} class="item">
              <div class="item-head">
                <span class="item-title">
                  {title}
                  <small>{summaryOf(value)}</small>
                </span>
                <button type="button" class="icon" aria-label={`Move ${title} up`} disabled={index === 0} onClick={() => state.edit((manifest) => manifest.moveAt(place(), index, index - 1))}>
                  ↑
                </button>
                <button type="button" class="icon" aria-label={`Move ${title} down`} disabled={index === items.length - 1} onClick={() => state.edit((manifest) => manifest.moveAt(place(), index, index + 1))}>
                  ↓
                </button>
                <button type="button" class="icon" aria-label={`Remove ${title}`} onClick={() => remove(index)}>
                  ×
                </button>
              </div>
              {types.length === 1 && type ? <ComponentForm path={[...path, index]} type={type} title={title} /> : <SchemaField path={[...path, index]} label={types.length > 1 ? 'Kind' : title} schema={item} field={name} isRequired />}
            </li>
          );
        })}
      </ol>
      {types.length > 1 ? (
        <select class="add" aria-label={`Add to ${label}`} value="" onChange={({ currentTarget }) => currentTarget.value && (add(currentTarget.value), (currentTarget.value = ''))}>
          <option value="">Add …</option>
          {types.map((type) => (
            <option key={type} value={type}>
              {labelOfType(type, components[type])}
            </option>
          ))}
        </select>
      ) : (
        <button type="button" class="add" aria-label={`Add to ${label}`} onClick={() => add(types[0])}>
          Add
        </button>
      )}
    </Group>
  );
}

/** What tells one item from another at a glance. */
function summaryOf(value: JsonValue | undefined): string {
  if (!isObject(value)) return '';
  const named = ['name', 'path', 'stream', 'action', 'header', 'cursor_field'].map((key) => textIn(value, key)).find(Boolean);
  return named ?? (Array.isArray(value.http_codes) ? value.http_codes.join(', ') : '');
}

const singular = (label: string): string => label.replace(/ies$/, 'y').replace(/s$/, '');
