import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { FieldPathTemplate } from '../../records/field-path-template';
import { applyMappings } from './component-mapping';

/** A list in the config, one object for each stream. */
export interface StreamConfig {
  readonly pointer: FieldPathTemplate;
  readonly defaultValues: readonly JsonValue[];
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    StreamConfig: StreamConfig;
  }
}

export const streamConfig = defineComponent({
  kind: 'StreamConfig',
  type: 'StreamConfig',
  title: 'Stream config',
  description: 'Where the config lists what the streams are made from.',
  fields: {
    configs_pointer: required(field.array(field.template(), { description: 'The way to the list.', examples: [['custom_reports']] })),
    default_values: field.array(field.object(), { description: 'Objects that are always there.', default: [] }),
  },
  examples: [{ type: 'StreamConfig', configs_pointer: ['custom_reports'] }],
  build: (props) => ({ pointer: new FieldPathTemplate(props.configs_pointer), defaultValues: props.default_values }),
});

export const configComponentsResolver = defineComponent({
  kind: 'ComponentsResolver',
  type: 'ConfigComponentsResolver',
  title: 'Streams from the config',
  description: 'One stream for each object that the config lists; with several lists, one for each combination.',
  fields: {
    stream_config: required(field.oneOf([field.component('StreamConfig'), field.array(field.component('StreamConfig'))], { description: 'The list or lists.' })),
    components_mapping: required(field.array(field.component('ComponentMapping'), { description: 'What is written into the template.' })),
  },
  examples: [
    {
      type: 'ConfigComponentsResolver',
      stream_config: { type: 'StreamConfig', configs_pointer: ['custom_reports'] },
      components_mapping: [{ type: 'ComponentMappingDefinition', field_path: ['name'], value: "{{ components_values['name'] }}" }],
    },
  ],
  build: ({ stream_config, components_mapping }, ctx) => ({
    async *resolve(template: JsonObject) {
      const lists = (Array.isArray(stream_config) ? stream_config : [stream_config]).map((each) => listOf(each, ctx.config));
      for (const combination of combinations(lists)) {
        yield applyMappings(template, components_mapping, { components_values: merged(combination) }, true);
      }
    },
  }),
});

function listOf({ pointer, defaultValues }: StreamConfig, config: JsonObject): JsonValue[] {
  const found = pointer.path.get(config) ?? [];
  return [...(Array.isArray(found) ? found : [found]), ...defaultValues];
}

function combinations(lists: readonly JsonValue[][]): JsonValue[][] {
  return lists.reduce<JsonValue[][]>((made, list) => made.flatMap((start) => list.map((item) => [...start, item])), [[]]);
}

/** Objects are laid over each other; anything else gets a name of its own. */
function merged(items: readonly JsonValue[]): JsonObject {
  const result: JsonObject = {};
  items.forEach((item, index) => {
    if (isObject(item)) Object.assign(result, item);
    else result[`source_config_${index}`] ??= [index, item];
  });
  return result;
}
