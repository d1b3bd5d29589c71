import type { DecoderCase } from '../decode-harness';

const xml = { type: 'XmlDecoder' };
const items = (items_path: string) => ({ type: 'XmlDecoder', items_path });

/** The objects are those of xmltodict unless the description says otherwise. */
export const xmlCases: DecoderCase[] = [
  { description: 'an empty element is null', decoder: xml, bytes: '<a/>', rows: [{ a: null }] },
  { description: 'text', decoder: xml, bytes: '\n<a> x </a> \n', rows: [{ a: 'x' }] },
  { description: 'attributes and text', decoder: xml, bytes: '<a b="1">x</a>', rows: [{ a: { '@b': '1', '#text': 'x' } }] },
  { description: 'text in pieces around children', decoder: xml, bytes: '<a>x<b/>y</a>', rows: [{ a: { b: null, '#text': 'xy' } }] },
  { description: 'repeated elements are a list', decoder: xml, bytes: '<a><b>1</b><b>2</b><b/></a>', rows: [{ a: { b: ['1', '2', null] } }] },
  { description: 'white space of every kind is trimmed', decoder: xml, bytes: '<a b="1"> \u00a0\u2003 </a>', rows: [{ a: { '@b': '1' } }] },
  { description: 'a line break in an attribute is a space', decoder: xml, bytes: '<a b="1\n2"/>', rows: [{ a: { '@b': '1 2' } }] },
  { description: 'an empty attribute is an empty text', decoder: xml, bytes: '<a b=""/>', rows: [{ a: { '@b': '' } }] },
  { description: 'namespaces stay prefixes', decoder: xml, bytes: '<a xmlns:q="u"><q:b q:c="1"/></a>', rows: [{ a: { '@xmlns:q': 'u', 'q:b': { '@q:c': '1' } } }] },
  { description: 'CDATA is text', decoder: xml, bytes: '<a>1<![CDATA[ <x> ]]></a>', rows: [{ a: '1 <x>' }] },
  { description: 'comments and instructions are left out', decoder: xml, bytes: '<?pi x?><a>1<!-- c -->\r\n2</a>', rows: [{ a: '1\n2' }] },
  { description: 'entities that XML knows', decoder: xml, bytes: '<a>&#65;&lt;&#x1F600;</a>', rows: [{ a: 'A<😀' }] },
  { description: 'a document type that defines nothing', decoder: xml, bytes: '<!DOCTYPE a SYSTEM "http://x/y.dtd"><a>1</a>', rows: [{ a: '1' }] },
  { description: 'names of the prototype are plain names', decoder: xml, bytes: '<a><__proto__>1</__proto__><constructor>2</constructor></a>', rows: [{ a: JSON.parse('{"__proto__":"1","constructor":"2"}') }] },
  { description: 'an empty body has no elements', decoder: xml, bytes: '', rows: [] },
  { description: 'the declared encoding', decoder: xml, bytes: Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', 'latin1'), rows: [{ a: 'é' }] },
  { description: 'UTF-16 with a mark', decoder: xml, bytes: Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a>é</a>', 'utf16le'), rows: [{ a: 'é' }] },
  { description: 'the charset of the header goes before the declaration', decoder: xml, headers: { 'content-type': 'text/xml; charset=utf-8' }, bytes: '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', rows: [{ a: 'é' }] },
  { description: 'text/xml without a charset is UTF-8 (the reference reads latin-1)', decoder: xml, headers: { 'content-type': 'text/xml' }, bytes: '<a>é</a>', rows: [{ a: 'é' }] },
  { description: 'own entities are refused (the reference gives null)', decoder: xml, bytes: '<!DOCTYPE a [<!ENTITY e "v">]><a>&e;</a>', error: { code: 'xml_entities', says: /refused/ } },
  { description: 'unknown entities are an error', decoder: xml, bytes: '<a>&nope;</a>', error: { code: 'invalid_xml', says: /undefined entity/ } },
  { description: 'a document that is cut off is an error (the reference: no records)', decoder: xml, bytes: '<a><b>1</b>', error: { code: 'invalid_xml', says: /unclosed tag: a/ } },
  { description: 'tags that do not fit', decoder: xml, bytes: '<a><b>1</a></b>', error: { code: 'invalid_xml', says: /unexpected close tag/ } },
  { description: 'two roots', decoder: xml, bytes: '<a></a><b/>', error: { code: 'invalid_xml', says: /one root/ } },
  { description: 'JSON instead of XML', decoder: xml, bytes: '{"a":1}', error: { code: 'invalid_xml', says: /text data outside of root/ } },
  { description: 'control characters', decoder: xml, bytes: '<a>\u0001</a>', error: { code: 'invalid_xml', says: /disallowed character/ } },
  { description: 'more nesting than anybody needs', decoder: xml, bytes: '<a>'.repeat(1500), error: { code: 'xml_too_deep', says: /1000/ }, long: true },
  { description: 'items (ours): the elements at a path', decoder: items('r.rows.row'), bytes: '<r><n>1</n><rows><row id="1"><x>1</x><x>2</x></row><other><row/></other><row>t</row></rows><rows><row id="3"/></rows></r>', rows: [{ '@id': '1', x: ['1', '2'] }, 't', { '@id': '3' }], transcodeError: 'decode.not_a_record' },
  { description: 'items (ours): all kinds of members', decoder: items('r.rows.row'), bytes: '<r>\n<rows a="1">\r\n<row id="&quot;1\n"><x>1</x><y/><x> é\n2&lt;</x></row>\n<!-- no - ><row/> --><other><row/></other><row><n>\u3000</n>t<![CDATA[<\\>]]></row></rows><rows><row id=\'\'/></rows></r>', rows: [{ '@id': '"1 ', x: ['1', 'é\n2<'], y: null }, { n: null, '#text': 't<\\>' }, { '@id': '' }] },
  { description: 'items (ours): no element at the path is worth a warning', decoder: items('r.row'), bytes: '<r><n>1</n></r>', rows: [], warnings: [/no element at the path "r\.row"/] },
  { description: 'items (ours): a cut is an error', decoder: items('r.row'), bytes: '<r><row><x>1</x></row>', error: { code: 'invalid_xml', says: /unclosed tag/ } },
];
