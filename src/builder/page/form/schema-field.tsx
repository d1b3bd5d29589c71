import { createContext, type ComponentType } from 'preact';
import { useContext } from 'preact/hooks';
import type { JsonObject } from '../../../protocol/json';
import type { Path } from '../document';

export interface SchemaFieldProps {
  path: Path;
  label: string;
  schema: JsonObject;
  /** e.g. `HttpRequester.url`. */
  field: string;
  hint?: string;
  isRequired?: boolean;
}

/** `FieldForSchema`: it knows every kind of field, and some of those hold fields of any kind. */
export const SchemaFieldContext = createContext<ComponentType<SchemaFieldProps> | null>(null);

/** The field for any property of the definitions. */
export function SchemaField(props: SchemaFieldProps) {
  const Field = useContext(SchemaFieldContext);
  if (!Field) throw new Error('This field stands outside of the page.');
  return <Field {...props} />;
}
