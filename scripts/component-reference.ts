import { stringify } from 'yaml';
import type { AnyComponentDefinition } from '../src/manifest/define-component';
import type { Field, FieldMap, FieldShape } from '../src/manifest/field';
import type { JsonValue } from '../src/protocol/json';

/** docs/reference/components.md, made from the component definitions. */
export function componentReference(definitions: readonly AnyComponentDefinition[]): string {
  const kinds = [...new Set(definitions.map(({ kind }) => kind))].sort();
  const sections = kinds.map((kind) => kindSection(kind, definitions.filter((each) => each.kind === kind)));
  return [
    '# Components',
    '',
    'Every component that a manifest can use. This page is generated from the definitions (`npm run docs`); properties marked *extension* are ours, and the Python CDK ignores them.',
    '',
    ...kinds.map((kind) => `- [${kind}](#${kind.toLowerCase()}): ${definitions.filter((each) => each.kind === kind).map(({ type }) => `[${type}](#${type.toLowerCase()})`).join(', ')}`),
    '',
    ...sections,
  ].join('\n');
}

function kindSection(kind: string, members: readonly AnyComponentDefinition[]): string {
  const components = [...members].sort((a, b) => (a.type < b.type ? -1 : 1)).map(componentSection);
  return [`## ${kind}`, '', ...components].join('\n');
}

function componentSection(definition: AnyComponentDefinition): string {
  const fields = Object.entries(definition.fields as FieldMap);
  return [
    `### ${definition.type}`,
    '',
    `${definition.extension ? '*Extension.* ' : ''}${definition.description}`,
    '',
    ...(fields.length > 0 ? ['| property | type | meaning |', '|---|---|---|', ...fields.map(([name, field]) => row(name, field)), ''] : []),
    ...definition.examples.flatMap((example) => ['```yaml', stringify(example, { lineWidth: 110 }).trimEnd(), '```', '']),
  ].join('\n');
}

function row(name: string, field: Field<unknown>): string {
  const words = [
    field.required ? '**Required.**' : '',
    field.extension ? '*Extension.*' : '',
    field.deprecated ? `*Deprecated:* ${field.deprecated}` : '',
    field.description ?? field.title ?? '',
    field.default !== undefined && field.default !== '' ? `Default: ${code(field.default)}.` : '',
    field.examples?.length ? `Examples: ${field.examples.map(code).join(', ')}.` : '',
  ].filter(Boolean);
  return `| \`${name}\` | ${cell(typeText(field.shape))} | ${cell(words.join(' '))} |`;
}

const code = (value: JsonValue): string => `\`${JSON.stringify(value)}\``;
const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');

function typeText(shape: FieldShape): string {
  switch (shape.of) {
    case 'string':
      return shape.enum ? shape.enum.map((value) => `\`${value}\``).join(', ') : 'text';
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'json':
      return 'any value';
    case 'object':
      return 'object';
    case 'null':
      return 'null';
    case 'template':
      return ['template', ...(shape.accepts ?? [])].join(' or ');
    case 'templateBoolean':
      return 'condition (template)';
    case 'templateJson':
      return `${(shape.accepts ?? ['object', 'string']).join(' or ')} with templates`;
    case 'array':
      return `list of ${typeText(shape.items)}`;
    case 'map':
      return `object, each value ${typeText(shape.values)}`;
    case 'record':
      return `object with ${Object.keys(shape.fields).map((name) => `\`${name}\``).join(', ')}`;
    case 'component':
      return (shape.types ?? shape.kinds).map((name) => `[${name}](#${name.toLowerCase()})`).join(' or ');
    case 'oneOf':
      return shape.options.map(typeText).join(' or ');
  }
}
