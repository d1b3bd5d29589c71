import { buildDecoder, cutsOf, decodeAll, recordsOf, toBytes, transcodeAll, type DecoderCase, type Outcome } from './decode-harness';

/** Runs every case with every cut, as objects and as RECORD lines. */
export function testCases(cases: DecoderCase[]): void {
  test.each(cases.map((each) => [each.description, each] as const))('%s', async (_, each) => {
    const decoder = buildDecoder(each.decoder);
    const bytes = toBytes(each.bytes);
    for (const pieces of each.long ? [[bytes]] : cutsOf(bytes)) {
      expectOutcome(await decodeAll(decoder, pieces, each.headers), each, each.rows);
      if (!decoder.transcode) continue;
      const found = await transcodeAll(decoder, pieces, each.headers);
      if (each.transcodeError) expect(found.error?.code).toBe(each.transcodeError);
      else expectOutcome(found, each, each.rows && recordsOf(each.rows));
    }
  });
}

function expectOutcome(found: Outcome, wanted: DecoderCase, rows: DecoderCase['rows']): void {
  if (wanted.error) {
    expect(found.error).toEqual({ code: `decode.${wanted.error.code}`, message: expect.stringMatching(wanted.error.says) });
  } else {
    expect(found.error).toBeUndefined();
    expect(found.rows).toEqual(rows);
    // toEqual takes no notice of the order of keys, which destinations show.
    expect(found.rows.map(keys)).toEqual(rows!.map(keys));
  }
  expect(found.warnings).toEqual((wanted.warnings ?? []).map((words) => expect.stringMatching(words)));
}

const keys = (row: unknown) => (typeof row === 'object' && row !== null ? Object.keys(row) : []);
