import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonObject } from '../../protocol/json';
import { deepCopy, setAtPath, type FieldPath } from '../field-path';
import { FieldPathTemplate } from '../field-path-template';

/** One value that a record lends to each item expanded from it. */
export class ParentFieldPath {
  constructor(
    private readonly parentPath: FieldPath,
    private readonly recordPath: FieldPath,
    private readonly place: string,
  ) {}

  /** A value that the parent does not have is copied as null; what the item had there is overwritten. */
  copy(parent: JsonObject, item: JsonObject): void {
    const value = this.parentPath.get(parent) ?? null;
    try {
      setAtPath(item, this.recordPath.texts, deepCopy(value));
    } catch (error) {
      throw ConnectorError.config(
        'records.unwritable_path',
        `${this.place}: the item has no room for a parent field at ${JSON.stringify(this.recordPath.texts)}: ${(error as Error).message}. Choose another record_path.`,
      );
    }
  }
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ParentFieldPath: ParentFieldPath;
  }
}

/** A path that must name one place. */
export function plainPath(template: FieldPathTemplate, place: string): FieldPath {
  const { path } = template;
  if (path.texts.length === 0) throw ConnectorError.config('records.empty_path', `${place} must not be empty. Name the field.`);
  if (path.texts.some((text) => /[*?[]/.test(text))) {
    throw ConnectorError.config('records.glob_not_allowed', `${place} must name one field, so \`*\`, \`?\` and \`[\` cannot be used in it.`);
  }
  return path;
}

const path = (what: string, example: string[]) => required(field.array(field.template(), { description: what, examples: [example] }));

export const parentFieldPath = defineComponent({
  kind: 'ParentFieldPath',
  type: 'ParentFieldPath',
  title: 'Parent field',
  description: 'Copies one value of a record onto each of the items that are expanded from it.',
  fields: {
    parent_path: path('Where the value is in the record; missing values are copied as null.', ['customer', 'id']),
    record_path: path('Where the value goes in the item; what is there is overwritten.', ['customer_id']),
  },
  examples: [{ type: 'ParentFieldPath', parent_path: ['customer', 'id'], record_path: ['customer_id'] }],
  build: ({ parent_path, record_path }, ctx) =>
    new ParentFieldPath(
      plainPath(new FieldPathTemplate(parent_path), `${ctx.path}.parent_path`),
      plainPath(new FieldPathTemplate(record_path), `${ctx.path}.record_path`),
      ctx.path,
    ),
});
