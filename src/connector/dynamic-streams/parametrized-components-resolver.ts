import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonObject } from '../../protocol/json';
import { applyMappings } from './component-mapping';

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    StreamParameters: readonly JsonObject[];
  }
}

export const streamParametersDefinition = defineComponent({
  kind: 'StreamParameters',
  type: 'StreamParametersDefinition',
  title: 'Stream parameters',
  description: 'The objects that streams are made from, written in the manifest.',
  fields: {
    list_of_parameters_for_stream: required(field.array(field.object(), { description: 'One object for each stream.' })),
  },
  examples: [{ type: 'StreamParametersDefinition', list_of_parameters_for_stream: [{ name: 'users', path: '/users' }] }],
  build: (props) => props.list_of_parameters_for_stream,
});

export const parametrizedComponentsResolver = defineComponent({
  kind: 'ComponentsResolver',
  type: 'ParametrizedComponentsResolver',
  title: 'Streams from a list in the manifest',
  description: 'One stream for each object of a list that the manifest holds.',
  fields: {
    stream_parameters: required(field.component('StreamParameters', { description: 'The list.' })),
    components_mapping: required(field.array(field.component('ComponentMapping'), { description: 'What is written into the template.' })),
  },
  examples: [
    {
      type: 'ParametrizedComponentsResolver',
      stream_parameters: { type: 'StreamParametersDefinition', list_of_parameters_for_stream: [{ name: 'users' }] },
      components_mapping: [{ type: 'ComponentMappingDefinition', field_path: ['name'], value: "{{ components_values['name'] }}" }],
    },
  ],
  build: ({ stream_parameters, components_mapping }) => ({
    async *resolve(template: JsonObject) {
      for (const values of stream_parameters) yield applyMappings(template, components_mapping, { components_values: values }, true);
    },
  }),
});
