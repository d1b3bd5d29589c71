import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { readPlace, writePlace, type DownloadPlace } from '../../src/streams/download-place';

const TERMS = { reader: 'r', targets: ['https://files/a?sig=1', 'https://files/b?sig=2', { url: 'https://files/c?sig=3', part: 3 }] };
const PLACE: DownloadPlace = {
  target: 2,
  rowsBefore: 10,
  rows: 5,
  border: { bytes: 100, rows: 4, head: 'id\n' },
  file: { etag: '"v1"', lastModified: 'Fri, 01 Mar 2024 00:00:00 GMT', total: 1000, prefix: { bytes: 120, digest: 'sha256:00' } },
  seen: '2024-01-01',
};
const signedAgain = { ...TERMS, targets: ['https://files/a?sig=7', 'https://files/b?sig=8', { url: 'https://files/c?sig=9', part: 3 }] };

it('comes back as it was written, whatever the signatures of the links are by then', () => {
  const stored = JSON.parse(JSON.stringify(writePlace(PLACE, TERMS))) as JsonObject;
  expect(readPlace(stored, TERMS)).toEqual(PLACE);
  expect(readPlace(stored, signedAgain)).toEqual(PLACE);
  expect(JSON.stringify(stored)).not.toContain('files');
});

it('of the first file does not ask for the names of the others', () => {
  const first = { ...PLACE, target: 0, rowsBefore: 0 };
  expect(readPlace(writePlace(first, TERMS), { ...TERMS, targets: ['elsewhere'] })).toEqual(first);
});

it.each<[string, Partial<typeof TERMS>]>([
  ['another way to make rows', { reader: 'x' }],
  ['fewer files', { targets: TERMS.targets.slice(0, 2) }],
  ['more files', { targets: [...TERMS.targets, 'd'] }],
  ['another order of files', { targets: [TERMS.targets[1]!, TERMS.targets[0]!, TERMS.targets[2]!] }],
])('means nothing with %s', (_what, change) => {
  expect(readPlace(writePlace(PLACE, TERMS), { ...TERMS, ...change })).toBeUndefined();
});

it('of links that differ in their queries only is known by the whole links', () => {
  const links = (signature: string) => ({ ...TERMS, targets: [1, 2, 3].map((part) => `https://files/get?part=${part}&sig=${signature}`) });
  expect(readPlace(writePlace(PLACE, links('x')), links('x'))).toEqual(PLACE);
  expect(readPlace(writePlace(PLACE, links('x')), links('y'))).toBeUndefined();
  expect(readPlace(writePlace(PLACE, links('x')), { ...TERMS, targets: [...links('x').targets].reverse() })).toBeUndefined();
});

it('is never anything but a place or nothing, whatever a state holds', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0.5, 1e300, '', 'a\r\nX: y', '__proto__', [], {})) as fc.Arbitrary<JsonValue>;
  const stored = writePlace(PLACE, TERMS);
  const paths = [...Object.keys(stored).map((key) => [key]), ...['bytes', 'rows', 'head'].map((key) => ['border', key]), ...['etag', 'last_modified', 'length', 'prefix'].map((key) => ['file', key])];
  fc.assert(
    fc.property(fc.constantFrom(...paths), value, (path, spoilt) => {
      const copy = structuredClone(stored);
      const owner = path.length > 1 ? (copy[path[0]!] as JsonObject) : copy;
      owner[path.at(-1)!] = spoilt;
      const place = readPlace(copy, TERMS);
      if (!place) return;
      const counts = [place.target, place.rowsBefore, place.rows, ...(place.border ? [place.border.bytes, place.border.rows] : []), ...(place.file.prefix ? [place.file.prefix.bytes] : [])];
      expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      expect(place.border === undefined || place.border.rows <= place.rows).toBe(true);
      expect(`${place.file.etag ?? ''}${place.file.lastModified ?? ''}`).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});
