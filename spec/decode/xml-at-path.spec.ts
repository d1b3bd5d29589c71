import fc from 'fast-check';
import { XmlDecoder } from '../../src/decode/xml/xml-decoder';
import type { JsonValue } from '../../src/protocol/json';
import { build } from '../records/build-record-component';
import { decodeAll } from './decode-harness';

const text = fc.constantFrom('', ' ', 'a', '1', 'é&amp;', '<![CDATA[<x>]]>');
const leaf = fc.tuple(fc.constantFrom('row', 'name', 'b.c', 'rows'), text, fc.constantFrom('', ' id="1"')).map(([name, content, attribute]) => `<${name}${attribute}>${content}</${name}>`);
const row = fc.tuple(fc.array(fc.oneof(leaf, text), { maxLength: 4 }), fc.constantFrom('', ' id="1"')).map(([parts, attribute]) => `<row${attribute}>${parts.join('')}</row>`);
/** `rows` stands once at its place: of several the whole document makes a list, in which a path finds nothing. */
const document = fc.tuple(fc.array(row, { maxLength: 5 }), fc.array(leaf.filter((each) => !each.startsWith('<rows')), { maxLength: 2 })).map(([rows, others]) => `<r>${others.join('')}<rows>${rows.join('')}</rows></r>`);

describe('XML at a path', () => {
  test('gives what the extractor finds in the whole document', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.constantFrom<string[]>(['r', 'rows', 'row'], ['r', 'rows', 'row', 'name'], ['r', 'rows'], ['r', 'name'], ['r', 'none'], ['r']), fc.nat(), async (xml, path, place) => {
        // Below a row that is not alone, the whole document has a list.
        fc.pre(path.length < 4 || xml.split('<row').length <= 3);
        const bytes = Buffer.from(xml);
        const at = place % (bytes.length + 1);
        const decoder = new XmlDecoder();
        const whole = await decodeAll(decoder, [bytes]);
        const wanted = await build('RecordExtractor', { type: 'DpathExtractor', field_path: path }).extract(whole.rows);
        expect((await decodeAll(decoder.atPath(path)!, [bytes.subarray(0, at), bytes.subarray(at)])).rows).toEqual(wanted);
      }),
      { numRuns: 400 },
    );
  });

  test('reads below repeated elements, where the whole document has a list', async () => {
    const rows = (await decodeAll(new XmlDecoder().atPath(['r', 'p', 'row'])!, [Buffer.from('<r><p><row>1</row></p><p><row>2</row></p></r>')])).rows;
    expect(rows).toEqual<JsonValue[]>(['1', '2']);
  });

  test.each([[[]], [['r', '@id']], [['r', '#text']], [['r', '0']], [['a.b']]])('does not know the path %j', (path: string[]) => {
    expect(new XmlDecoder().atPath(path)).toBeUndefined();
  });

  test('keeps to the items_path that a manifest sets', () => {
    expect(new XmlDecoder('a.b').atPath(['c'])).toBeUndefined();
  });
});
