import { fieldPath, pathTargets, templateFor } from '../../../../src/builder/page/testing/field-path';
import { decoderName, fixesFor } from '../../../../src/builder/page/testing/hint-fixes';

const target = (label: string) => [...pathTargets(true, 'polling'), ...pathTargets(true, 'download')].find((each) => each.label === label)!;

describe('a click on a value of an answer', () => {
  it('fills the fields of the phase that it belongs to', () => {
    const labels = (...of: Parameters<typeof pathTargets>) => pathTargets(...of).map(({ label }) => label);
    expect(labels(true, 'creation')).toEqual([]);
    expect(labels(true, 'polling')).toEqual(['Status Extractor', 'Download Target Extractor']);
    expect(labels(true, 'download_target')).toEqual(['Download Target Extractor']);
    expect(labels(true, 'download')).toEqual(['Record Selector', 'Download Extractor']);
    expect(labels(false, null)).toEqual(['Record Selector']);
  });

  it('takes the path as it is for the status', () => {
    expect(fieldPath(target('Status Extractor'), ['data', 0, 'status'], 'pending')).toEqual(['data', '0', 'status']);
  });

  it('takes every item of a list as a download target', () => {
    expect(fieldPath(target('Download Target Extractor'), ['files', 1, 'url'], 'http://x')).toEqual(['files', '*', 'url']);
  });

  it('takes the list, the object or the parent of a value for records', () => {
    const records = target('Record Selector');
    expect(fieldPath(records, ['data', 'items', 3, 'email'], 'a@b')).toEqual(['data', 'items']);
    expect(fieldPath(records, ['data', 'items'], [])).toEqual(['data', 'items']);
    expect(fieldPath(records, ['data', 'count'], 3)).toEqual(['data']);
    expect(fieldPath(records, [0, 'id'], 1)).toEqual([]);
  });

  it('writes templates that quote what needs it', () => {
    expect(templateFor('creation_response', ['data', 0, "it's"])).toBe("{{ creation_response['data'][0]['it\\'s'] }}");
  });
});

describe('a hint', () => {
  it('offers every list of the mapping for a status, and adds it as Python writes it', () => {
    const fixes = fixesFor({ kind: 'unmapped_status', raw: true, message: '' }, true);
    expect(fixes.map(({ label }) => label)).toEqual(['Add to Completed', 'Add to Failed', 'Add to Running', 'Add to Timeout', 'Add to Skipped']);
    expect(fixes[0]!.at).toEqual(['retriever', 'status_mapping', 'completed']);
    expect(fixes[0]!.value(['ready'])).toEqual(['ready', 'True']);
    expect(fixes[4]!.value(undefined)).toEqual(['True']);
    expect(fixesFor({ kind: 'unmapped_status', raw: 7, message: '' }, true)[0]!.value([])).toEqual(['7']);
    for (const raw of [null, false, 0, '', {}]) expect(fixesFor({ kind: 'unmapped_status', raw, message: '' }, true)[0]!.value([])).toEqual(['None']);
  });

  it('switches the decoder of the phase', () => {
    const csv = { type: 'CsvDecoder' };
    const at = (phase: 'creation' | 'polling' | 'download', isAsync = true) => fixesFor({ kind: 'response_format', phase, found: 'csv', decoder: csv, message: '' }, isAsync)[0]!.at;
    expect(at('download')).toEqual(['retriever', 'download_decoder']);
    expect(at('polling')).toEqual(['retriever', 'decoder']);
    expect(at('download', false)).toEqual(['retriever', 'decoder']);
    expect(fixesFor({ kind: 'response_format', phase: 'download', found: 'html', decoder: null, message: '' }, true)).toEqual([]);
    expect(decoderName({ type: 'GzipDecoder', decoder: csv })).toBe('gzip with CSV');
  });

  it('adds an error handler to the requester of the phase', () => {
    const [fix] = fixesFor({ kind: 'rate_limit', phase: 'polling', message: '' }, true);
    expect(fix!.at).toEqual(['retriever', 'polling_requester', 'error_handler']);
    expect(fixesFor({ kind: 'rate_limit', phase: null, message: '' }, false)[0]!.at).toEqual(['retriever', 'requester', 'error_handler']);
  });
});
