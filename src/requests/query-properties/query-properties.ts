import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { ComponentKinds } from '../../manifest/kinds';
import type { PropertiesFromEndpoint } from './properties-from-endpoint';
import type { PropertyChunking } from './property-chunking';

/** The properties (columns) that requests ask for by name, in one list or in several smaller ones. */
export class QueryProperties {
  constructor(
    private readonly list: readonly string[] | PropertiesFromEndpoint,
    private readonly alwaysInclude: readonly string[],
    /** Set when an answer may hold only some of the properties: records are then merged. */
    readonly chunking: PropertyChunking | undefined,
    private readonly selector: ComponentKinds['PropertySelector'] | undefined,
  ) {}

  /** The properties of each request that one page takes; at least one list. */
  async chunks(signal: AbortSignal): Promise<string[][]> {
    const all = 'properties' in this.list ? await this.list.properties(signal) : this.list;
    const selected = this.selector?.select();
    const wanted = selected ? all.filter((property) => selected.has(property)) : all;
    return this.chunking?.chunks(wanted, this.alwaysInclude) ?? [[...this.alwaysInclude, ...wanted]];
  }
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    QueryProperties: QueryProperties;
  }
}

export const queryProperties = defineComponent({
  kind: 'QueryProperties',
  type: 'QueryProperties',
  title: 'Query properties',
  description:
    'For APIs that give only the properties that a request names. Used as the value of a request parameter, where the names are joined by commas, or read by templates as stream_partition.extra_fields["query_properties"].',
  fields: {
    property_list: required(
      field.oneOf([field.array(field.string()), field.component('PropertiesFromEndpoint')], {
        title: 'Property list',
        description: 'The names of the properties, or an endpoint that lists them.',
        examples: [['id', 'name', 'email']],
      }),
    ),
    always_include_properties: field.array(field.string(), {
      title: 'Always include properties',
      description: 'Properties that each request names, e.g. the key by which the parts of a record are merged.',
      examples: [['id']],
    }),
    property_chunking: field.component('PropertyChunking', {
      title: 'Property chunking',
      description: 'How the names are spread over several requests, for APIs that limit them.',
    }),
    property_selector: field.component('PropertySelector', {
      title: 'Property selector',
      description: 'Asks only for what the sync selected.',
    }),
  },
  examples: [
    { type: 'QueryProperties', property_list: ['id', 'name', 'email'] },
    {
      type: 'QueryProperties',
      property_list: ['name', 'email', 'city'],
      always_include_properties: ['id'],
      property_chunking: { type: 'PropertyChunking', property_limit_type: 'property_count', property_limit: 2 },
    },
  ],
  build: (props) =>
    new QueryProperties(props.property_list, props.always_include_properties ?? [], props.property_chunking, props.property_selector),
});
