import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field } from '../manifest/field';
import { isObject } from '../protocol/json';
import { deepCopy } from './field-path';
import type { PropertySelector } from './property-selector';
import type { RecordTransformation } from './record-transformation';
import { variablesWithoutSlice } from './transformation-variables';

/** The properties of the stream's schema in the configured catalog (reference section 3.2). */
export class JsonSchemaPropertySelector implements PropertySelector {
  constructor(
    private readonly transformations: readonly RecordTransformation[],
    private readonly ctx: BuildContext,
  ) {}

  select(): ReadonlySet<string> | undefined {
    const schema = this.ctx.runtime.shared('configuredSchemas', () => new Map()).get(this.ctx.streamName ?? '');
    if (!schema) return undefined;
    const properties = deepCopy(isObject(schema.properties) ? schema.properties : {});
    for (const transformation of this.transformations) transformation.transform(properties, variablesWithoutSlice(properties));
    return new Set(Object.keys(properties));
  }
}

export const jsonSchemaPropertySelector = defineComponent({
  kind: 'PropertySelector',
  type: 'JsonSchemaPropertySelector',
  title: 'Selected properties',
  description: 'Asks the API only for the properties that the user selected in the catalog.',
  fields: {
    transformations: field.array(field.component('RecordTransformation'), {
      title: 'Transformations',
      description: 'Changes to the names of the properties that lead from the names in the schema back to those of the API.',
    }),
  },
  examples: [
    { type: 'JsonSchemaPropertySelector' },
    { type: 'JsonSchemaPropertySelector', transformations: [{ type: 'KeysReplace', old: 'properties_', new: '' }] },
  ],
  build: ({ transformations }, ctx) => new JsonSchemaPropertySelector(transformations ?? [], ctx),
});
