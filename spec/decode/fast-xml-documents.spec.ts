import fc from 'fast-check';
import { FastXmlDocuments } from '../../src/decode/xml/fast-xml-documents';
import { XmlObjectBuilder } from '../../src/decode/xml/xml-object-builder';
import { XmlDecoder } from '../../src/decode/xml/xml-decoder';
import { isConnectorError } from '../../src/errors/connector-error';
import { document, wedge } from './any-xml';
import { decodeAll } from './decode-harness';

/** What the parser makes of it; undefined when it is damaged. */
function parsed(xml: string): unknown {
  const builder = new XmlObjectBuilder();
  try {
    builder.write(xml);
    builder.end();
    return builder.document;
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return undefined;
  }
}

const rows = '<row a="1"><x>é&amp;</x><x/><y><z>1</z></y></row>\r\n'.repeat(200);
/** As long as documents must be to be read at once. */
const long = (xml: string) => xml.replace('<rows>', `<rows>${rows}`);

describe('FastXmlDocuments', () => {
  test('give what the parser gives, or leave it to the parser', async () => {
    const documents = new FastXmlDocuments();
    let read = 0;
    fc.assert(
      fc.property(document.map(long), fc.nat(), fc.oneof({ weight: 3, arbitrary: fc.constant('') }, wedge), fc.constantFrom(0, 0, 0, 1), (whole, where, part, dropped) => {
        const place = where % whole.length;
        const xml = Buffer.from(whole.slice(0, place) + part + whole.slice(place + dropped)).toString('utf8');
        const found = documents.read(Buffer.from(xml));
        if (found === undefined) return;
        expect(JSON.stringify(found)).toBe(JSON.stringify(parsed(xml)));
        read++;
      }),
      { numRuns: 150 },
    );
    expect(read).toBeGreaterThan(5);
  });

  test.each([
    ['without a declaration', `<r>${rows}</r>`, true],
    ['with a declaration, spaces and comments', `<?xml version="1.0" encoding="UTF-8"?>\r\n<r>${rows}</r>\n<!-- end -->\n`, true],
    ['with a root that names itself __proto__', `<__proto__>${rows}</__proto__>`, true],
    ['that is small', '<r>1</r>', false],
    ['of XML 1.1', `<?xml version="1.1"?><r>${rows}</r>`, false],
    ['with a document type', `<!DOCTYPE r><r>${rows}</r>`, false],
    ['with two roots', `<r>${rows}</r><r>${rows}</r>`, false],
    ['with text behind the root', `<r>${rows}</r>x`, false],
    ['that is cut', `<r>${rows}`, false],
    ['that is large', `<r>${rows.repeat(60)}</r>`, false],
  ])('read a document %s: %#', (_, xml, isRead) => {
    const documents = new FastXmlDocuments();
    for (let time = 0; time < 2; time++) {
      const found = documents.read(Buffer.from(xml));
      expect(found === undefined ? undefined : JSON.stringify(found)).toBe(isRead ? JSON.stringify(parsed(xml)) : undefined);
    }
  });

  test('are what the decoder reads documents of all sizes with', async () => {
    const decoder = new XmlDecoder();
    for (const xml of [`<a>${rows}</a>`, `<r>${rows}</r>`, '<r>1</r>', `<r>${rows.repeat(60)}</r>`, `<r>x${rows}<b/>y</r>`]) {
      const bytes = Buffer.from(xml);
      const { rows: found, error } = await decodeAll(decoder, [bytes.subarray(0, 7000), bytes.subarray(7000)]);
      expect(error).toBeUndefined();
      expect(JSON.stringify(found)).toBe(JSON.stringify([parsed(xml)]));
    }
    const { error } = await decodeAll(decoder, [Buffer.from(`<r>\n${rows}<a></b></r>`)]);
    expect(error?.message).toMatch(/ 202:7: unexpected close tag/);
  });
});
