import type { Path } from '../document';
import { ComponentForm } from '../form/component-form';
import { Group } from '../form/group';
import { labelOfType } from '../form/labels';
import { componentTypesOf } from '../form/shape';
import { TagField } from '../form/tag-field';
import { useField } from '../form/use-field';
import { withType } from '../form/with-type';
import { usePage } from '../page-context';
import { objectAt } from '../state';
import { usePropertySchema } from './property-field';

interface Props {
  /** Of the extractor. */
  path: Path;
  title: string;
  hint: string;
  placeholder?: string;
  /** The component that holds it, and its property. */
  owner: string;
  property: string;
  /** Without a path there is no extractor. */
  isOptional?: boolean;
}

/** Where something stands in an answer: a field path, or another kind of extractor. */
export function ExtractorField({ path, title, hint, placeholder = 'Type a name, then Enter', owner, property, isOptional = false }: Props) {
  const { state } = usePage();
  const schema = usePropertySchema(owner, property);
  const pathSchema = usePropertySchema('DpathExtractor', 'field_path');
  const field = useField(path, false);
  const components = state.definitions.value?.components ?? {};
  const extractor = objectAt(state.model.value, path);
  const type = typeof extractor.type === 'string' ? extractor.type : 'DpathExtractor';
  const names = Array.isArray(extractor.field_path) ? extractor.field_path.map(String) : [];
  const isExpandable = owner !== 'AsyncRetriever' || property === 'download_extractor' || extractor.record_expander !== undefined;
  const write = (next: readonly string[]) => {
    const isRemoved = isOptional && next.length === 0 && Object.keys(extractor).every((key) => key === 'type' || key === 'field_path');
    state.setAt(path, isRemoved ? undefined : { type: 'DpathExtractor', ...objectAt(state.model.peek(), path), field_path: [...next] });
  };
  const choose = (next: string) => state.setAt(path, isOptional && next === 'DpathExtractor' ? undefined : withType(extractor, next, schema, components), `extractor ${path.join('.')}`);
  return (
    <Group
      title={title}
      hint={hint}
      id={field.id}
      findings={field.findings}
      action={
        <select class="small" aria-label={`Kind of ${title}`} value={type} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {componentTypesOf(schema).map((name) => (
            <option key={name} value={name}>
              {labelOfType(name, components[name])}
            </option>
          ))}
        </select>
      }
    >
      {type === 'DpathExtractor' && <TagField path={[...path, 'field_path']} label="Field Path" schema={pathSchema} hint="" placeholder={placeholder} isPath tags={names} onTags={write} />}
      {(type !== 'DpathExtractor' || extractor.type !== undefined) && <ComponentForm path={path} type={type} exclude={isExpandable ? ['field_path'] : ['field_path', 'record_expander']} title={`${title}: ${labelOfType(type, components[type])}`} />}
    </Group>
  );
}
