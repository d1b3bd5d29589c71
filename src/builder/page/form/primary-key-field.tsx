import type { FieldProps } from './basic-fields';
import { JsonField } from './json-field';
import { TagField } from './tag-field';
import { useField } from './use-field';

/** Names as tags; a key of paths has no such short form. */
export function PrimaryKeyField(props: FieldProps) {
  const { value } = useField(props.path);
  if (Array.isArray(value) && value.some(Array.isArray)) return <JsonField {...props} accepts="any" />;
  return <TagField {...props} tags={typeof value === 'string' ? [value].filter(Boolean) : Array.isArray(value) ? value.map(String) : []} />;
}
