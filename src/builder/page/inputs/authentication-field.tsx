import type { JsonObject } from '../../../protocol/json';
import type { Path } from '../document';
import { ComponentField } from '../form/component-field';
import { componentTypesOf } from '../form/shape';
import { idOf } from '../form/use-field';
import { inputsReadBy, setAuthentication } from './authentication';
import { InputFields } from './input-fields';
import { inputsOf } from './spec-inputs';
import { usePage } from '../page-context';

/** The method, the user inputs that it reads, and its own fields. */
export function AuthenticationField({ path, schema, label = 'Authentication' }: { path: Path; schema: JsonObject; label?: string }) {
  const { state } = usePage();
  const inputs = inputsOf(state.model.value);
  const read = inputsReadBy(
    state.read(path),
    inputs.map(({ key }) => key),
  );
  const choose = (type: string | undefined) => state.edit((manifest) => setAuthentication(manifest, path, type, schema, state.definitions.value?.components ?? {}));
  return (
    <ComponentField path={path} label={label} schema={schema} types={componentTypesOf(schema)} hiddenType="NoAuth" field="HttpRequester.authenticator" noneLabel="No Authentication" hint="How this request proves who asks." onType={choose}>
      {read.length > 0 && (
        <div class="inputs-inline">
          {inputs
            .filter(({ key }) => read.includes(key))
            .map((input) => (
              <InputFields key={input.key} input={input} idPrefix={`${idOf(path)}-input`} />
            ))}
          <p class="hint">Values for tests, asked from the user of the connector later. They are never written into the manifest.</p>
        </div>
      )}
    </ComponentField>
  );
}
