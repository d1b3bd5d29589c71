import fc from 'fast-check';
import { options, places } from './any-setup';
import { bothWays, cut, expectSameRecords } from './both-ways';

const NAMES = ['Id', 'status', 'Date', 'Big_Number', 'x', 'ID', 'amount', 'null', 'ns:Id', 'a_name_that_is_longer_than_one_block_of_thirty-two_bytes'];
const TEXTS = ['', '1', '2.50', '1e3', 'open', 'open', 'closed', ' open\n', 'é&amp;&#9;"\\', '😀 and more than sixteen bytes', '12345678901234567890', '<a>1</a>', '<a b="1">2</a><a/>', '<![CDATA[open]]>'];
const ODD_ROWS = ['<row/>', '<row>text</row>', '<row>a<x/>b</row>', '<row><ü>1</ü></row>', '<other/>', '<row x="1"><x>2</x></row>', '<row><x>1</x><x>2</x></row>'];
const shape = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 6 });
const xmlRows = fc.array(shape, { minLength: 1, maxLength: 3 }).chain((shapes) =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .record({ names: fc.constantFrom(...shapes), texts: fc.array(fc.constantFrom(...TEXTS), { minLength: 6, maxLength: 6 }), left: fc.nat(30) })
          .map(({ names, texts, left }) => `<row>${names.map((name, at) => `<${name}>${texts[at]}</${name}>`).filter((_, at) => at !== left).join('\n')}</row>`),
      },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_ROWS) },
    ),
    { minLength: 1, maxLength: 10 },
  ),
);

test.each([
  ['at the path of the extractor', { decoder: { type: 'XmlDecoder' }, path: ['r', 'rows', 'row'] }],
  ['at the path of the decoder', { decoder: { type: 'XmlDecoder', items_path: 'r.rows.row' } }],
])('records of XML with plans, %s, are those of the way over objects, whatever is done to them', async (_, body) => {
  let plans = 0;
  await fc.assert(
    fc.asyncProperty(xmlRows, options, places, async (rows, setup, where) => {
      const both = await bothWays({ ...body, ...setup }, cut(Buffer.from(`<r><rows>${rows.join('\n')}</rows></r>`, 'utf8'), where));
      expectSameRecords(both);
      plans += both.planned.reasons.filter((reason) => reason === undefined).length;
    }),
    { numRuns: 100 },
  );
  expect(plans).toBeGreaterThan(25);
});
