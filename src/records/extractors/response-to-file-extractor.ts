import type { Decoder } from '../../decode/decoder';
import { ResponseToFileDecoder } from '../../decode/response-to-file-decoder';
import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { RecordExtractor } from '../record-extractor';

/** Each row of a CSV download is a record. It reads the body itself; the name is all that is left of the file. */
export class ResponseToFileExtractor implements RecordExtractor {
  readonly passesThrough = true;
  readonly bodyDecoder: Decoder;

  constructor(preserveNaValues: boolean) {
    this.bodyDecoder = new ResponseToFileDecoder({ preserveNaValues });
  }

  extract(elements: JsonValue[]): JsonValue[] {
    return elements;
  }
}

export const responseToFileExtractor = defineComponent({
  kind: 'RecordExtractor',
  type: 'ResponseToFileExtractor',
  title: 'Rows of a CSV download',
  description:
    'For big downloads of an asynchronous job: reads comma-separated rows, packed with gzip or not, as they arrive. Empty cells are null, and so are texts such as NA or null unless they are preserved. Nothing is written to disk.',
  fields: {
    preserve_na_values: field.boolean({
      title: 'Preserve NA values',
      description: 'Keeps texts such as `NA`, `N/A`, `null` and `NaN`; only empty cells become null.',
      default: false,
    }),
  },
  examples: [{ type: 'ResponseToFileExtractor' }, { type: 'ResponseToFileExtractor', preserve_na_values: true }],
  build: ({ preserve_na_values }) => new ResponseToFileExtractor(preserve_na_values),
});
