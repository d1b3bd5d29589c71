import { isObject } from '../../../protocol/json';
import type { Path } from '../document';
import { BooleanField } from '../form/basic-fields';
import { JsonField } from '../form/json-field';
import { usePage } from '../page-context';
import { objectAt } from '../state';
import { PropertyField } from './property-field';

/** What the records look like. */
export function SchemaTab({ path }: { path: Path }) {
  const { state } = usePage();
  const loader = state.read([...path, 'schema_loader']);
  const isInline = isObject(loader) && loader.type === 'InlineSchemaLoader';
  const name = state.streamName.value ?? '';
  return (
    <>
      <p class="lead">The fields of the records and their types, as JSON Schema. After a test, the results have the schema that was detected.</p>
      <div class="card">
        {name !== '' && (
          <BooleanField path={['metadata', 'autoImportSchema', name]} label="Automatically import detected schema" hint="After each test, the detected schema takes the place of this one." />
        )}
        {isInline ? (
          <JsonField path={[...path, 'schema_loader', 'schema']} label="Declared schema" hint="JSON Schema of one record." />
        ) : loader === undefined ? (
          <div class="field absent" data-field-path={['manifest', ...path, 'schema_loader'].join('.')}>
            <span>No schema is declared.</span>
            <button type="button" class="add" onClick={() => state.setAt([...path, 'schema_loader'], { type: 'InlineSchemaLoader', schema: { type: 'object', $schema: 'http://json-schema.org/schema#', properties: {} } }, 'schema')}>
              Declare a schema
            </button>
          </div>
        ) : null}
      </div>
      {isInline && <SchemaProperties path={[...path, 'schema_loader', 'schema']} />}
      {loader !== undefined && (
        <div class="card">
          <PropertyField path={path} type="DeclarativeStream" name="schema_loader" label="Schema Loader" hint="Where the schema comes from." />
        </div>
      )}
    </>
  );
}

/** The declared fields at a glance. */
function SchemaProperties({ path }: { path: Path }) {
  const { state } = usePage();
  const { properties } = objectAt(state.model.value, path);
  if (!isObject(properties) || Object.keys(properties).length === 0) return null;
  return (
    <div class="card">
      <table class="plain">
        <caption class="visually-hidden">Declared fields</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Type</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(properties).map(([name, schema]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{isObject(schema) ? [schema.type].flat().filter((type) => type !== undefined).join(', ') : String(schema)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
