import { useState } from 'preact/hooks';
import { isObject, type JsonObject } from '../../../protocol/json';
import { usePage } from '../page-context';
import { prettyJson } from './record-columns';
import { isLossy, mergedSchema, schemaLines } from './schema-difference';
import type { TestView } from './test-view';

const MARKS = { same: '', added: '+', removed: '−', changed: '≠' };
const WORDS = { same: 'the same', added: 'only detected', removed: 'only declared', changed: 'differs' };

/** What the records look like, beside what the stream declares. */
export function SchemaView({ view }: { view: TestView }) {
  const { state } = usePage();
  const [said, setSaid] = useState('');
  const detected = view.read?.inferred_schema ?? null;
  if (!detected) return <p class="muted">A schema is detected from records; there are none yet.</p>;
  const declared = declaredSchema(state.selectedStream.value);
  const write = (schema: JsonObject, what: string) => {
    state.setAt([...state.streamPath.value, 'schema_loader'], { type: 'InlineSchemaLoader', schema });
    setSaid(what);
  };
  const isKnown = declared !== null && schemaLines(declared, detected).every(({ change }) => change === 'same');
  const lossy = isLossy(declared, detected);
  return (
    <>
      <p class="body-bar">
        {!isKnown && (
          <button type="button" class="small" data-testid="accept-schema" onClick={() => write(detected, 'Imported.')}>
            {lossy ? 'Overwrite declared schema' : 'Import detected schema'}
          </button>
        )}
        {declared && lossy && (
          <button type="button" class="small" onClick={() => write(mergedSchema(declared, detected), 'Merged.')}>
            Merge properties
          </button>
        )}
        <span role="status" class="muted">
          {said || (isKnown ? 'The declared schema fits.' : declared ? 'The declared schema differs.' : 'The stream declares no schema.')}
        </span>
      </p>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Detected schema">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">Difference</span>
              </th>
              <th scope="col">Property</th>
              <th scope="col">Detected</th>
              <th scope="col">Declared</th>
            </tr>
          </thead>
          <tbody>
            {schemaLines(declared, detected).map(({ property, change, declared: was, detected: is }) => (
              <tr key={property} class={`is-${change}`}>
                <td>
                  <span aria-hidden="true">{MARKS[change]}</span>
                  <span class="visually-hidden">{WORDS[change]}</span>
                </td>
                <td>{property}</td>
                <td>{is}</td>
                <td>{was}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>As JSON</summary>
        <pre class="text" tabIndex={0} aria-label="Detected schema as JSON">
          {prettyJson(detected)}
        </pre>
      </details>
    </>
  );
}

function declaredSchema(stream: JsonObject | null): JsonObject | null {
  const loader = stream?.schema_loader;
  return isObject(loader) && loader.type === 'InlineSchemaLoader' && isObject(loader.schema) && Object.keys(loader.schema).length > 0 ? loader.schema : null;
}
