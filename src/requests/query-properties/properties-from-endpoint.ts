import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { ComponentKinds } from '../../manifest/kinds';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { createCursor } from '../../slices/create-cursor';
import { str } from '../../manifest/interpolation/python-text';

/** The names of the properties, as an endpoint lists them: asked for once a run. */
export class PropertiesFromEndpoint {
  private known: Promise<string[]> | undefined;

  constructor(
    private readonly path: readonly InterpolatedString[],
    private readonly retriever: ComponentKinds['Retriever'],
    private readonly ctx: BuildContext,
  ) {}

  properties(signal: AbortSignal): Promise<string[]> {
    // A failure is not kept: the next slice may have more luck.
    this.known ??= this.ask(signal).catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }

  private async ask(signal: AbortSignal): Promise<string[]> {
    const { runtime } = this.ctx;
    const path = this.path.map((segment) => segment.text());
    const streamName = this.ctx.streamName ?? 'dynamic_properties';
    const cursor = createCursor({ streamName, runtime, incrementalSync: undefined, router: undefined });
    cursor.setInitialState({});
    const partitions = this.retriever.partitions({
      streamName,
      cursor,
      transformations: [],
      schema: async () => ({}),
      isDataFeed: false,
      signal,
    });
    const names: string[] = [];
    let nameless = 0;
    for await (const partition of partitions) {
      for await (const batch of partition.read()) {
        if (batch.kind !== 'objects') continue;
        for (const record of batch.records) {
          const name = valueAt(record, path);
          if (name === undefined || name === null) nameless += 1;
          else names.push(str(name));
        }
      }
    }
    if (nameless > 0) {
      runtime.logger.warn(`Stream ${streamName}: ${nameless} of the listed properties have no name at ${path.join('.')} and are left out.`);
    }
    return names;
  }
}

function valueAt(record: JsonObject, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, segment) => {
    if (Array.isArray(value)) return /^-?\d+$/.test(segment) ? value.at(Number(segment)) : undefined;
    return isObject(value) ? getOwn(value, segment) : undefined;
  }, record);
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    PropertiesFromEndpoint: PropertiesFromEndpoint;
  }
}

export const propertiesFromEndpoint = defineComponent({
  kind: 'PropertiesFromEndpoint',
  type: 'PropertiesFromEndpoint',
  title: 'Properties from endpoint',
  description: 'Asks an endpoint which properties there are, once a run. Its requests belong to no slice.',
  fields: {
    property_field_path: required(
      field.array(field.template(), { description: 'Where a record of that endpoint has the name of a property.', examples: [['name']] }),
    ),
    retriever: required(field.component('Retriever', { types: ['SimpleRetriever'], description: 'Gets the list of properties.' })),
  },
  examples: [
    {
      type: 'PropertiesFromEndpoint',
      property_field_path: ['name'],
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: 'https://api.example.com/properties' },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['results'] } },
      },
    },
  ],
  build: (props, ctx) => new PropertiesFromEndpoint(props.property_field_path, props.retriever, ctx),
});
