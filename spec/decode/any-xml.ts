import fc from 'fast-check';

/** XML documents, at random: well-formed, with all that the two readers of XML tell apart. */

const space = fc.constantFrom('', '', ' ', '\n', '\r\n  ', '\r', '\t\n', '\u00a0', '\u2003\ufeff', '\u0085', '&#32;', '&#xA0;');
const characters = fc.constantFrom('a', 'Zürich', '漢字', '😀', '"', '\\', ']]', '>', '\t', '\u2028', '\u007f', '\ufffd', '￮', 'x'.repeat(40), '&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#65;', '&#x1F600;', '&#13;', '&#9;', '&#xfffd;', "'");
const content = fc.array(fc.oneof({ weight: 3, arbitrary: characters }, { weight: 1, arbitrary: space }), { maxLength: 4 }).map((parts) => parts.join('').replaceAll(']]>', ']] >'));
const aside = fc.constantFrom('<!---->', '<!-- a - <row> > -->', '<![CDATA[]]>', '<![CDATA[ <row>&x;]]]]>', '<![CDATA[a\r\nb\rc"]]>', '<?pi x?>');
const text = fc.oneof({ weight: 5, arbitrary: content }, { weight: 1, arbitrary: fc.tuple(content, aside, content).map((parts) => parts.join('')) });
const name = fc.constantFrom('a', 'b', 'c', 'row', 'rows', 'ns:x-y.z_1', '_', 'constructor', '__proto__', 'averylongnamebeyond16', 'averylongnamebeyond17', 'größe', '価格', 'é', '😀\u0301x', 'exactly16letters');
const attributeValue = fc.array(fc.oneof(characters, fc.constantFrom(' ', '\n', '\r\n', '\t')), { maxLength: 3 }).map((parts) => parts.join('').replaceAll('"', '').replaceAll("'", ''));
const attributes = fc.uniqueArray(fc.tuple(name, attributeValue, fc.constantFrom('"', "'"), fc.constantFrom(' ', '\n', '\r\n\t'), fc.constantFrom('=', ' =', '= ')), { selector: ([each]) => each, maxLength: 3 }).map((all) => all.map(([key, value, quote, before, equals]) => `${before}${key}${equals}${quote}${value}${quote}`).join(''));
const { element } = fc.letrec<{ element: string; children: string }>((tie) => ({
  element: fc.tuple(name, fc.oneof({ weight: 3, arbitrary: fc.constant('') }, attributes), fc.oneof({ maxDepth: 3 }, text, fc.constant(undefined), tie('children'))).map(([tag, more, inside]) => (inside === undefined ? `<${tag}${more}/>` : `<${tag}${more}>${inside}</${tag}>`)),
  children: fc.array(fc.tuple(fc.constantFrom('', '', '\n  ', '\r\n', 'text', ' &amp; ', '<!-- c -->'), tie('element')), { maxLength: 4 }).map((all) => all.flat().join('')),
}));
const row = fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constant('') }, attributes), fc.array(fc.tuple(fc.constantFrom('', '\n ', 't'), element), { maxLength: 5 }), space).map(([more, inside, end]) => `<row${more}>${inside.flat().join('')}</row${end.trim() === '' && /^[ \r\n\t]*$/.test(end) ? end : ''}>`);
const between = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('', '\n', '\r\n  ') }, { weight: 1, arbitrary: fc.oneof(aside, text, element, fc.constantFrom('<rowan/>', '</rows><rows>', '</rows><x><row>0</row></x><rows>')) });
const prolog = fc.constantFrom('', '', '<?xml version="1.0" standalone="yes"?>\r\n', '<?xml version="1.1"?>', '<!DOCTYPE r SYSTEM "x">\n', '<!-- <rows><row/> -->', ' ');
/** With rows at `r.rows.row`. */
export const document = fc.tuple(prolog, fc.array(fc.tuple(between, row), { maxLength: 6 }), between, fc.constantFrom('', '\n', '<!-- x -->')).map(([start, rows, last, end]) => `${start}<r>\n<rows>${rows.flat().join('')}${last}</rows></r>${end}`);
/** What may damage a document. */
export const wedge = fc.constantFrom('', '<', '>', '&', ';', '"', "'", '/', '=', ' ', ']]>', '<row>', '</row>', '</a>', '<a>', '\u0001', '\u000b', '\ufffe', '\uffff', '<!--', '--', '-->', '<![CDATA[', ']', '&#0;', '&#xD800;', '&#x110000;', '&#12', '&nope;', '&#X41;', '<?x', '<!DOCTYPE x>', 'é', '×', '\u00b7', '\u0301', '\u2040', '\u3000', '\r', '\n', '<1>', '<a a="1" a="2"/>');
