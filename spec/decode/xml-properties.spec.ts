import fc from 'fast-check';
import { XmlAtPath } from '../../src/decode/xml/xml-at-path';
import { XmlItems } from '../../src/decode/xml/xml-items';
import { XmlObjectBuilder } from '../../src/decode/xml/xml-object-builder';
import { isConnectorError } from '../../src/errors/connector-error';
import { isObject, type JsonValue } from '../../src/protocol/json';
import { document, wedge } from './any-xml';
import { cutsOf, decodeAll, recordsOf, transcodeAll, type Outcome } from './decode-harness';

const PATH = 'r.rows.row';
const RUNS = Number(process.env.XML_RUNS ?? 120);

/** What saxes and the builder of objects make of the text; of a damaged one the items before the damage. */
function oracle(xml: string, size = xml.length): { rows: JsonValue[]; error: Outcome['error'] } {
  const builder = new XmlObjectBuilder(PATH);
  const rows: JsonValue[] = [];
  try {
    for (let at = 0; at < xml.length; at += size) rows.push(...builder.write(xml.slice(at, at + size)));
    if (!builder.isBlank) builder.end();
    return { rows, error: undefined };
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return { rows: size === 1 ? rows : oracle(xml, 1).rows, error: errorOf(error) };
  }
}

/** Where text outside of the root is noticed depends on how the document comes in. */
const errorOf = ({ code, message }: { code: string; message: string }) => ({ code, message: message.replace(/ \d+:\d+: (?=text data outside)/, ' ') });
const texts = (rows: JsonValue[]) => rows.map((row) => JSON.stringify(row));

async function expectLike(xml: string, pieces: Uint8Array[]): Promise<void> {
  const wanted = oracle(xml);
  const decoder = new XmlAtPath(PATH, 'elements');
  const decoded = await decodeAll(decoder, pieces);
  expect(decoded.error && errorOf(decoded.error)).toEqual(wanted.error);
  if (!wanted.error) expect(texts(decoded.rows)).toEqual(texts(wanted.rows));

  const lines = await transcodeAll(decoder, pieces);
  const firstText = wanted.rows.findIndex((row) => row !== null && !isObject(row));
  const records = texts(recordsOf(firstText < 0 ? wanted.rows : wanted.rows.slice(0, firstText)));
  if (firstText >= 0) expect(lines.error?.code).toBe('decode.not_a_record');
  else expect(lines.error && errorOf(lines.error)).toEqual(wanted.error);
  expect(texts(lines.rows)).toEqual(lines.error && firstText < 0 ? records.slice(0, lines.rows.length) : records);
}

const halves = (xml: string, at: number) => {
  const bytes = Buffer.from(xml, 'utf8');
  return [bytes.subarray(0, at % (bytes.length + 1)), bytes.subarray(at % (bytes.length + 1))];
};

describe('XML items, whatever the document', () => {
  test('the two readers together give what the parser alone gives', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.nat(), async (xml, at) => expectLike(xml, halves(xml, at))),
      { numRuns: RUNS },
    );
  });

  test('what is damaged fails with the same words at the same place', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.nat(), wedge, fc.nat(2), fc.nat(), async (xml, where, part, dropped, at) => {
        const place = where % xml.length;
        // Half of a pair becomes U+FFFD, as in bytes.
        const damaged = Buffer.from(xml.slice(0, place) + part + xml.slice(place + dropped)).toString('utf8');
        await expectLike(damaged, halves(damaged, at));
      }),
      { numRuns: RUNS },
    );
  });

  test('wherever the document is cut, into two or off', async () => {
    const xml = '<?xml version="1.0"?>\r\n<r><rows n="1">\r\n <row a="&lt;1\r\n" b=\'\'><x>é&amp;\r\n😀</x><y/><x><z> 1 </z></x></row>\r\n<!-- <row> --><row>t<![CDATA[]]\r\n>]]><größe>1</größe></row><other/><row ><a></a ></row></rows>\n</r>';
    for (const pieces of cutsOf(Buffer.from(xml))) await expectLike(xml, pieces);
    for (let end = 0; end < xml.length; end += 3) await expectLike(xml.slice(0, end), [Buffer.from(xml.slice(0, end))]);
  });
});

describe('XML items', () => {
  const handedOver = (xml: string | string[]) => {
    const parsed: JsonValue[] = [];
    const items = new XmlItems(PATH, { envelope: { head: Buffer.alloc(0), tail: Buffer.alloc(0) }, keepsNulls: false, batchBytes: 1000 }, (item) => void parsed.push(item));
    for (const part of [xml].flat()) items.write(Buffer.from(part));
    items.end();
    return { parsed, lines: items.reader!.takeAll().reduce((sum, { count }) => sum + count, 0) };
  };
  const rows = (row: string, count: number) => `<r>\n<rows>\n${`  ${row}\n`.repeat(count)}</rows></r>`;

  test.each([
    ['texts', '<row><a>1</a><b/></row>'],
    ['attributes', '<row a="1&amp;2"/>'],
    ['nested and repeated elements', '<row><a><b c="1">2</b><b>3</b></a><a/></row>'],
    ['references, line breaks and CDATA', '<row><a>&lt;\r\n&#65;</a><a><![CDATA[<]]></a></row>'],
    ['text beside children', '<row>x<a/></row>'],
    ['names that begin like others', '<row><a>1</a><ab/><a/><a/><ab/></row>'],
    ['names beyond ASCII', '<row größe="1"><価格>2</価格></row>'],
  ])('with %s need no parser', (_, row) => expect(handedOver(rows(row, 50))).toEqual({ parsed: [], lines: 50 }));

  test.each([
    'a]]>b', 'a]]]>', '\ufffe', '\uffff', '\u000b', '&#0;', '&#11;', '&#x1f;', '&#xD800;', '&#xDFFF;', '&#xFFFE;', '&#x110000;', '&#99999999999;', '&#;', '&#x;', '&#X41;', '&#12', '&;', '&amp', '&amp ;', '&nope;', '&ltt;',
    '<!-- -- -->', '<!-- --->', '<!-x-->', '<![CDATA[]]', '<![cdata[]]>', '<?1?>', '<1/>', '<a', '<a/ >', '< a/>', '</ a>', '<a></b>', '<a></a', '<a></ab>', '<abcdefghijklmnopq></abcdefghijklmnopz>', '<abcdefghijklmnopq></abcdefghijklmnop>', '</b>',
    '<a b/>', '<a b=1/>', '<a b="1"c="2"/>', '<a b="1" b="2"/>', '<a b="<"/>', '<a b="&nope;"/>', '<a b="1/>', '<a b=\'1"/>', '<a ="1"/>', '<a b==""/>', '<a 1=""/>', '<row>', '</row>',
  ])('with %j fail as the parser says, at the same place', async (damage) => {
    for (const inside of [damage, `<x>${damage}</x>`]) {
      const xml = `<r>\n<rows>\r\n<row><a>é</a></row>\n <row>${inside}</row><row><a>1</a></row></rows></r>`;
      expect(oracle(xml).error).toBeDefined();
      await expectLike(xml, [Buffer.from(xml)]);
    }
  });

  // NameStartChar and NameChar of XML 1.0, fifth edition, beyond ASCII.
  const starts = [[0xc0, 0xd6], [0xd8, 0xf6], [0xf8, 0x2ff], [0x370, 0x37d], [0x37f, 0x1fff], [0x200c, 0x200d], [0x2070, 0x218f], [0x2c00, 0x2fef], [0x3001, 0xd7ff], [0xf900, 0xfdcf], [0xfdf0, 0xfffd], [0x10000, 0xeffff]];
  const others = [[0xb7, 0xb7], [0x300, 0x36f], [0x203f, 0x2040]];

  test('may have any name that XML allows, and no other', async () => {
    const ends = [...starts, ...others].flat();
    const rowWith = (name: string) => `<row><${name}>1</${name}></row>`;
    const allowed = [...starts.flat().map((code) => String.fromCodePoint(code)), ...ends.map((code) => `n${String.fromCodePoint(code)}`)];
    expect(handedOver(`<r><rows>${allowed.map(rowWith).join('')}</rows></r>`)).toEqual({ parsed: [], lines: allowed.length });
    const within = (ranges: number[][], code: number) => ranges.some(([first, last]) => code >= first! && code <= last!);
    for (const code of [...ends.map((end) => end + 1), ...ends.map((end) => end - 1)].filter((each) => each !== 0xd800)) {
      const isStart = within(starts, code);
      for (const [name, isName] of [[String.fromCodePoint(code), isStart], [`n${String.fromCodePoint(code)}`, isStart || within(others, code)]] as const) {
        const xml = `<r><rows>${rowWith(name)}</rows></r>`;
        expect(oracle(xml).error === undefined).toBe(isName);
        await expectLike(xml, [Buffer.from(xml)]);
      }
    }
  });

  test('need the parser one by one where they are rare', () => {
    const mixed = rows('<row><a>1</a></row><row>a<b/>c</row>', 20);
    expect(handedOver(mixed)).toEqual({ parsed: Array(20).fill({ b: null, '#text': 'ac' }), lines: 20 });
  });

  test('are read fast again after other elements', () => {
    expect(handedOver(`<r>${'<n>1</n><rows><row a="1"/><other/><row a="2"/></rows>'.repeat(3)}</r>`).lines).toBe(6);
  });

  test('are left to the parser when they are long', () => {
    const long = `<row><a>${'x'.repeat(300_000)}</a></row>`;
    const xml = rows(long, 2);
    const { parsed, lines } = handedOver(xml.match(/[^]{1,65536}/g)!);
    expect(parsed.length + lines).toBe(2);
    expect(parsed.length).toBeGreaterThan(0);
  });

  test('stay what they are when there are too many names, attributes or children', async () => {
    const many = [
      rows(`<row>${'<a/>'.repeat(5000)}</row>`, 2),
      rows(`<row ${Array.from({ length: 5000 }, (_, at) => `a${at}="1"`).join(' ')}/>`, 2),
      rows('<a>'.repeat(100) + '</a>'.repeat(100), 1),
      `<r><rows>${Array.from({ length: 1500 }, (_, at) => `<row averylongprefix_${at + 1000}="1"><averylongprefix_${at + 1000}/></row>`).join('')}</rows></r>`,
      `<r><rows>${Array.from({ length: 3000 }, (_, at) => `<row><n${at}>1</n${at}><n${at}${'x'.repeat(50)}/></row>`).join('')}</rows></r>`,
    ];
    for (const xml of many) await expectLike(xml, [Buffer.from(xml)]);
  });
});
