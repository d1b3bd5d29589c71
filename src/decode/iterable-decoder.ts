import { defineComponent } from '../manifest/define-component';
import type { JsonValue } from '../protocol/json';
import { ElementBatch } from './batches';
import type { ByteSource, Decoder } from './decoder';
import { utf8Chunks } from './text-source';

/** Each line of text becomes `{"record": "<line>"}`, blank ones too. Lines end with `\n`, `\r\n` or `\r`. Reference section 7. */
export class IterableDecoder implements Decoder {
  async *decode(body: ByteSource): AsyncGenerator<JsonValue[]> {
    const batch = new ElementBatch();
    let rest = '';
    for await (const chunk of utf8Chunks(body, 'utf-8')) {
      const text = rest + chunk.toString('utf8');
      // A `\r` at the end may be half of a line break.
      const complete = text.endsWith('\r') ? text.length - 1 : text.length;
      const lines = text.slice(0, complete).split(/\r\n|\r|\n/);
      rest = lines.pop()! + text.slice(complete);
      for (const line of lines) {
        batch.add({ record: line }, line.length);
        if (batch.full) yield batch.take();
      }
    }
    if (rest !== '') batch.add({ record: rest.replace(/\r$/, '') }, rest.length);
    if (!batch.empty) yield batch.take();
  }
}

export const iterableDecoder = defineComponent({
  kind: 'Decoder',
  type: 'IterableDecoder',
  title: 'Lines of text',
  description: 'Reads plain text: each line becomes an object with the line under the key `record`.',
  fields: {},
  examples: [{ type: 'IterableDecoder' }],
  build: () => new IterableDecoder(),
});
