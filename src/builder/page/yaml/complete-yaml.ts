import { getOwn, isObject, type JsonObject } from '../../../protocol/json';
import { ManifestDocument, type Path } from '../document';
import { labelOfType } from '../form/labels';
import { componentTypesOf, shapeOf, type Components } from '../form/shape';
import { typeOf } from '../form/type-of';
import { readAt } from '../references';

export interface YamlCompletion {
  /** Offset where the replaced word begins. */
  from: number;
  options: { label: string; insert: string; detail: string }[];
}

/** A name that no manifest has, to see where the cursor stands. */
const MARK = 'cursor__here';

/** Properties of the component at the cursor, or, behind `type:`, the components that may stand there. */
export function completeYaml(text: string, cursor: number, components: Components): YamlCompletion | null {
  const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
  const line = text.slice(lineStart, cursor);
  const isType = /^[\s-]*type:\s*(\w*)$/.exec(line);
  const isKey = /^[\s-]*([\w$]*)$/.exec(line);
  const word = (isType ?? isKey)?.[1];
  if (word === undefined) return null;
  const lineEnd = text.indexOf('\n', cursor);
  const rest = lineEnd < 0 ? '' : text.slice(lineEnd);
  const document = ManifestDocument.parse(`${text.slice(0, cursor - word.length)}${isType ? MARK : `${MARK}: 1`}${rest}`);
  const path = pathOfMark(document.model);
  if (!path) return null;
  const owner = path.slice(0, -1);
  if (isType) {
    const types = typesAt(document.model, owner, components);
    return { from: cursor - word.length, options: types.map((type) => ({ label: type, insert: type, detail: labelOfType(type, components[type]) })) };
  }
  const properties = propertiesAt(document.model, owner, components);
  const present = readAt(document.model, owner);
  const options = Object.entries(properties)
    .filter(([name, schema]) => isObject(schema) && schema.deprecated !== true && !(isObject(present) && getOwn(present, name) !== undefined))
    .map(([name, schema]) => ({ label: name, insert: `${name}: `, detail: shapeOf(schema as JsonObject).kind }));
  return options.length > 0 ? { from: cursor - word.length, options } : null;
}

function propertiesAt(model: JsonObject, path: Path, components: Components): JsonObject {
  const value = readAt(model, path);
  const type = path.length === 0 ? 'DeclarativeSource' : isObject(value) && typeof value.type === 'string' ? value.type : typesAt(model, path, components)[0];
  const properties = type === undefined ? undefined : components[type]?.properties;
  return isObject(properties) ? properties : {};
}

/** Which components may stand at `path`, by the definition of what holds it. */
function typesAt(model: JsonObject, path: Path, components: Components): string[] {
  if (path.length === 0) return ['DeclarativeSource'];
  let holder = path.slice(0, -1);
  let name = path.at(-1)!;
  if (typeof name === 'number') {
    name = holder.at(-1) ?? '';
    holder = holder.slice(0, -1);
  }
  const parent = readAt(model, holder);
  const parentType = holder.length === 0 ? 'DeclarativeSource' : typeOf(parent, '', typesAt(model, holder, components));
  const properties = parentType === undefined ? undefined : components[parentType]?.properties;
  const schema = isObject(properties) ? getOwn(properties, String(name)) : undefined;
  if (!isObject(schema)) return [];
  const candidates = [schema, schema.items, ...(Array.isArray(schema.anyOf) ? schema.anyOf.flatMap((option) => (isObject(option) ? [option, option.items] : [])) : [])];
  return [...new Set(candidates.flatMap((candidate) => (isObject(candidate) ? componentTypesOf(candidate) : [])))];
}

function pathOfMark(value: unknown, path: Path = []): Path | null {
  if (value === MARK) return path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === MARK) return place;
    const found = pathOfMark(item, place);
    if (found) return found;
  }
  return null;
}
