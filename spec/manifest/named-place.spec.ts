import { namedPlace, placeIn } from '../../src/manifest/named-place';
import type { JsonObject } from '../../src/protocol/json';

const manifest: JsonObject = { streams: [{ name: 'a' }, {}, { name: 'b (c)' }] };

it.each([
  ['streams[0].retriever.decoder', 'streams[0] (a).retriever.decoder'],
  ['streams[2]', 'streams[2] (b (c))'],
  ['streams[1].retriever', 'streams[1].retriever'],
  ['streams[9].retriever', 'streams[9].retriever'],
  ['definitions.x', 'definitions.x'],
  ['', ''],
])('%j is shown as %j, and found again', (path, shown) => {
  expect(namedPlace(path, manifest)).toBe(shown);
  if (path.startsWith('streams')) expect(placeIn(`At ${shown}: something is wrong with x.y.`)).toBe(path);
});
