import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import { memberOf } from '../document';
import { Group } from '../form/group';
import { textIn } from '../form/labels';
import { usePage } from '../page-context';
import { InputValue, type Alongside } from './input-value';
import { chosenVariant, constantsOf, inputsIn, variantsOf, type Input } from './spec-inputs';

/** The test value of an input, or those of the inputs that it holds. */
export function InputFields({ input, idPrefix = 'input', alongside = [] }: { input: Input; idPrefix?: string; alongside?: Alongside }) {
  const { state, inputs: saver } = usePage();
  const { path, title, kind, schema } = input;
  const variants = variantsOf(schema);
  if (kind !== 'object' && variants.length === 0) return <InputValue input={input} idPrefix={idPrefix} alongside={alongside} />;
  if (variants.length === 0 && !isObject(schema.properties)) return <InputValue input={input} idPrefix={idPrefix} alongside={alongside} />;
  const id = `${idPrefix}-${path.map(encodeURIComponent).join('-')}`;
  const chosen = chosenVariant(variants, path.reduce<JsonValue | undefined>(memberOf, state.inputs.value.values));
  const variant = variants[chosen];
  const constantsIn = (each: JsonObject | undefined): Alongside => (each ? constantsOf(each).map(([key, value]) => [[...path, key], value] as const) : []);
  const choose = (index: number) => {
    for (const [place, value] of constantsIn(variants[index])) saver.set(place, value);
    void saver.flush();
  };
  const constants = new Set(constantsIn(variant).map(([place]) => place.at(-1)));
  const inside = [...inputsIn(schema, path), ...(variant ? inputsIn(variant, path) : [])].filter(({ key }) => !constants.has(key));
  return (
    <Group title={title} hint={textIn(schema, 'description')} id={id} isNested>
      {variants.length > 0 && (
        <div class="field">
          <label for={`${id}-variant`}>Kind</label>
          <select id={`${id}-variant`} value={String(chosen)} onChange={({ currentTarget }) => choose(Number(currentTarget.value))}>
            {variants.map((each, index) => (
              <option key={index} value={String(index)}>
                {textIn(each, 'title') || String(constantsOf(each)[0]?.[1] ?? index + 1)}
              </option>
            ))}
          </select>
        </div>
      )}
      {inside.map((each) => (
        // The fields of one way are not those of another.
        <InputFields key={`${chosen} ${each.key}`} input={each} idPrefix={idPrefix} alongside={[...alongside, ...constantsIn(variant)]} />
      ))}
    </Group>
  );
}
