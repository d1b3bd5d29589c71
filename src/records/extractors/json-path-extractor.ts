import { ConnectorError, errorText } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { RecordExtractor } from '../record-extractor';

/** The records that a JSONPath expression finds, for answers that need a filter to find them. */
export class JsonPathExtractor implements RecordExtractor {
  readonly passesThrough = false;

  constructor(
    private readonly expression: string,
    private readonly place: string,
  ) {}

  async extract(elements: JsonValue[]): Promise<JsonValue[]> {
    // Loaded when it is needed: few manifests do, and it takes longer to load than a `spec` may last.
    const { default: jsonpath } = await import('jsonpath');
    const records: JsonValue[] = [];
    for (const element of elements) {
      if (typeof element !== 'object' || element === null) continue;
      for (const match of this.query(jsonpath, element)) {
        if (Array.isArray(match)) for (const item of match) records.push(item);
        else if (match !== null) records.push(match);
      }
    }
    return records;
  }

  private query(jsonpath: typeof import('jsonpath'), element: object): JsonValue[] {
    try {
      return jsonpath.query(element, this.expression) as JsonValue[];
    } catch (error) {
      throw ConnectorError.config(
        'records.invalid_json_path',
        `${this.place}.json_path: ${JSON.stringify(this.expression)} cannot be used: ${errorText(error).split('\n')[0]}. Write it like $.data[?(@.active)].items[*].`,
        { cause: error },
      );
    }
  }
}

export const jsonPathExtractor = defineComponent({
  kind: 'RecordExtractor',
  type: 'JsonPathExtractor',
  title: 'Records at a JSONPath',
  description:
    'Finds the records with a JSONPath expression in each decoded answer: for filters and slices, which DpathExtractor does not know. A list that matches gives its items; null gives nothing. Slower than DpathExtractor.',
  extension: true,
  fields: {
    json_path: required(
      field.string({
        title: 'JSONPath',
        pattern: '^\\$',
        description: 'The expression, which starts with `$`. Filters may compare values, but cannot call anything.',
        examples: ['$.data[?(@.active)]', '$..items[*]', '$.pages[-1:].rows'],
      }),
    ),
  },
  examples: [{ type: 'JsonPathExtractor', json_path: "$.data[?(@.status == 'done')]" }],
  build: ({ json_path }, ctx) => new JsonPathExtractor(json_path, ctx.path),
});
