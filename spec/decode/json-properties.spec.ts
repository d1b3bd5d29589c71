import fc from 'fast-check';
import { JsonDecoder } from '../../src/decode/json/json-decoder';
import { JsonItemsDecoder } from '../../src/decode/json/json-items-decoder';
import { JsonlDecoder } from '../../src/decode/json/jsonl-decoder';
import type { JsonValue } from '../../src/protocol/json';
import { parseJson, stringifyJson } from '../../src/protocol/lossless-json';
import { decodeAll, recordsOf, transcodeAll } from './decode-harness';

const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 }).map((each) => parseJson(JSON.stringify(each)));
const record = fc.dictionary(fc.string({ unit: 'binary', maxLength: 4 }), value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
const records = fc.array(record, { maxLength: 5 });
/** With line breaks and indentation between the tokens. */
const pretty = (whole: JsonValue, indent: string | undefined) =>
  indent === undefined ? stringifyJson(whole) : stringifyJson(whole).replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g, (token) => (token.startsWith('"') ? token : `${indent}${token}\r\n${indent}`));
const halves = (text: string, at: number) => {
  const bytes = Buffer.from(text, 'utf8');
  return [bytes.subarray(0, at % (bytes.length + 1)), bytes.subarray(at % (bytes.length + 1))];
};

describe('JSON, whatever the records', () => {
  test('all ways to send records give the same ones', async () => {
    await fc.assert(
      fc.asyncProperty(records, value, fc.constantFrom(undefined, '  ', '\t'), fc.nat(), async (rows, other, indent, at) => {
        const ways = [
          [new JsonDecoder(), pretty(rows, indent)],
          [new JsonlDecoder(), rows.map((row) => stringifyJson(row)).join('\r\n')],
          [new JsonItemsDecoder('deep.er'), pretty({ before: other, deep: { x: [other], er: rows, y: {} }, after: [other] }, indent)],
        ] as const;
        for (const [decoder, text] of ways) {
          expect(await decodeAll(decoder, halves(text, at))).toEqual({ rows, warnings: [], error: undefined });
          expect(await transcodeAll(decoder, halves(text, at))).toEqual({ rows: recordsOf(rows), warnings: [], error: undefined });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a damaged list is an error exactly when JSON.parse says so', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.nat(), fc.constantFrom('', ',', ']', '}', '{', '[', '"', ':', '1', '\\', ' '), fc.nat(1), fc.nat(), async (rows, where, wedge, dropped, at) => {
        const whole = stringifyJson(rows);
        const place = 1 + (where % whole.length);
        // Half of a pair becomes U+FFFD, as in bytes.
        const text = Buffer.from(whole.slice(0, place) + wedge + whole.slice(place + dropped)).toString('utf8');
        let wanted: JsonValue[] | undefined;
        try {
          JSON.parse(text);
          wanted = parseJson(text) as JsonValue[];
        } catch {
          wanted = undefined;
        }
        const found = await decodeAll(new JsonDecoder(), halves(text, at));
        if (wanted) expect(found).toEqual({ rows: wanted, warnings: [], error: undefined });
        else expect(found.error?.code).toMatch(/^decode\.(invalid|truncated)_json$/);
      }),
      { numRuns: 200 },
    );
  });
});
