import { otherRequests } from '../../../../src/builder/page/testing/other-requests';
import { resultSlices } from '../../../../src/builder/page/testing/result-slices';
import { sliceName } from '../../../../src/builder/page/testing/slice-name';
import { primaryKeyOf, testWarnings } from '../../../../src/builder/page/testing/record-warnings';
import { cellText, prettyJson, recordColumns } from '../../../../src/builder/page/testing/record-columns';
import { isLossy, mergedSchema, schemaLines } from '../../../../src/builder/page/testing/schema-difference';
import { download, exchange, finished, job, page, poll, polling, started, viewOf } from './events';

const slice = (descriptor: object, ...pages: never[]) => ({ pages, slice_descriptor: descriptor as never, state: [], auxiliary_requests: [] });

describe('results', () => {
  const eu = { region: 'EU' };
  const us = { region: 'US' };
  const events = [
    started(),
    exchange(1, { slice: eu, job: 'a' }, 201),
    exchange(2, { slice: us, job: 'b' }, 201),
    download(3, { slice: us, job: 'b' }),
    download(4, { slice: eu, job: 'a' }),
    download(5, { slice: eu, job: 'a' }, 500),
  ];

  it('are grouped by partition, each page with the exchange that the server keeps', () => {
    const view = viewOf([...events, finished('ok', { slices: [slice(eu, page([{ id: 1 }]), page([]))] })]);
    const shown = resultSlices(view).map(({ name, pages }) => [name, pages.map(({ exchange: of, records }) => [of?.n, records.length])]);
    // The partition without records has its request nevertheless.
    expect(shown).toEqual([['Partition 1 · region: EU', [[4, 1], [5, 0]]], ['Partition 2 · region: US', [[3, 0]]]]);
  });

  it('have requests and answers before the test has ended', () => {
    expect(resultSlices(viewOf(events)).map(({ pages }) => pages.map(({ response }) => response?.status))).toEqual([[200], [200, 500]]);
  });

  it('name slices by what they are', () => {
    expect(sliceName({})).toBe('');
    expect(sliceName({ region: 'EU', start_time: '2024-01-01', end_time: '2024-01-31' })).toBe('region: EU, 2024-01-01 to 2024-01-31');
    expect(sliceName({ parent: { id: 7 }, start: 1, parent_slice: {} })).toBe('parent: {"id":7}, start: 1');
  });
});

describe('other requests', () => {
  it('are labelled with number, status and time, in groups by partition', () => {
    const view = viewOf([
      started(),
      { ...exchange(1, { title: 'Login request', kind: 'AUTH', phase: null, job: null, slice: null }), at: 100 },
      { ...job('creating'), at: 200 },
      { ...exchange(2, {}, 201), at: 300 },
      { ...polling(3), at: 5300 },
      { ...poll(1, 'pending', 'running'), at: 5300 },
      { ...polling(4), at: 10_300 },
      { ...poll(2, 'weird', null), at: 10_300 },
      { ...download(5), at: 10_400 },
      { ...polling(6, { slice: { region: 'EU' }, job: 'b' }, 0), at: 10_500 },
    ]);
    expect(otherRequests(view).map(({ name, requests }) => [name, requests.map(({ label }) => label)])).toEqual([
      ['', [
        'Login request 1 · 200 · 0.1 s',
        'Async Job -- Create 1 · 201 · 0.3 s',
        'Async Job -- Polling 1 · 200 · 5.3 s · pending → running',
        'Async Job -- Polling 2 · 200 · 10.3 s · weird → not mapped',
      ]],
      ['region: EU', ['Async Job -- Polling 1 · no answer · 10.5 s']],
    ]);
  });
});

describe('records', () => {
  it('have the columns of all of them', () => {
    expect(recordColumns([{ id: 1 }, { id: 2, name: 'a' }, { extra: null }])).toEqual(['id', 'name', 'extra']);
  });

  it('show values as text, cut where they are long', () => {
    expect(cellText({ a: null }, 'a')).toEqual({ text: 'null', isCut: false });
    expect(cellText({}, 'a').text).toBe('');
    expect(cellText({ a: { b: 9007199254740993n } }, 'a').text).toBe('{"b":9007199254740993}');
    expect(cellText({ a: 'x'.repeat(201) }, 'a')).toEqual({ text: `${'x'.repeat(200)}…`, isCut: true });
    // Data is data, whatever its name.
    expect(cellText({ id: 1 }, 'toString').text).toBe('');
  });

  it('keep the digits of large integers in JSON', () => {
    expect(prettyJson({ id: 9007199254740993n }).replace(/"/g, '')).toBe('{\n  id: 9007199254740993\n}');
  });

  it('are warned about', () => {
    const read = (records: object[], more = {}) => viewOf([started(), finished('ok', { slices: [slice({}, page(records))], ...more })]);
    const key = primaryKeyOf(['account', 'id']);
    expect(testWarnings(read([{ account: 1, id: 1 }, { account: 1, id: 2 }]), key)).toEqual([]);
    expect(testWarnings(read([{ account: 1, id: 1 }, { account: 1, id: 1 }, { account: 1, id: 1 }]), key)).toEqual(['2 records repeat the Primary Key account + id of another one.']);
    expect(testWarnings(read([{ account: 1 }, { account: 1, id: null }]), key)).toEqual(['2 records have no value for the Primary Key account + id.']);
    expect(testWarnings(read([{ id: 1 }]), primaryKeyOf(undefined))).toEqual(['The stream has no Primary Key: destinations cannot tell its records apart.']);
    expect(testWarnings(read([]), key)).toEqual(['No records were found.']);
    expect(testWarnings(read([{ account: 1, id: 1 }], { test_read_limit_reached: true }), key)).toEqual(['A limit of the test was reached: the API may have more records than are shown.']);
    const log = (level: string, message: string) => ({ level, message, internal_message: null, stacktrace: null }) as never;
    const logs = [log('WARN', 'one'), log('INFO', 'i'), log('WARN', 'one'), log('ERROR', 'e'), ...['two', 'three', 'four'].map((message) => log('WARN', message))];
    expect(testWarnings(read([{ account: 1, id: 1 }], { logs }), key)).toEqual(['one', 'two', 'three']);
    expect(primaryKeyOf([['a', 'b'], ['c']])).toEqual([['a', 'b'], ['c']]);
    expect(primaryKeyOf('id')).toEqual([['id']]);
  });
});

describe('schemas', () => {
  const declared = { type: 'object', title: 'Contact', properties: { id: { type: 'string', description: 'its key' }, old: { type: 'string' }, address: { type: 'object', properties: { city: { type: 'string' } } } } };
  const detected = { type: 'object', properties: { id: { type: ['null', 'integer'] }, address: { type: 'object', properties: { city: { type: 'string' }, zip: { type: 'string' } } }, name: { type: 'string', format: 'date' } } };

  it('are compared property by property', () => {
    expect(schemaLines(declared, detected).map(({ property, change, declared: was, detected: is }) => [change, property, was, is])).toEqual([
      ['changed', 'id', 'string', 'integer or null'],
      ['same', 'address', 'object', 'object'],
      ['same', 'address.city', 'string', 'string'],
      ['added', 'address.zip', '', 'string'],
      ['added', 'name', '', 'string (date)'],
      ['removed', 'old', 'string', ''],
    ]);
    expect(schemaLines(null, detected).every(({ change }) => change === 'added')).toBe(true);
  });

  it('are merged without a loss', () => {
    expect(isLossy(declared, detected)).toBe(true);
    const merged = mergedSchema(declared, detected);
    expect(merged).toEqual({
      type: 'object', title: 'Contact',
      properties: {
        id: { type: 'string', description: 'its key' }, old: { type: 'string' },
        address: { type: 'object', properties: { city: { type: 'string' }, zip: { type: 'string' } } },
        name: { type: 'string', format: 'date' },
      },
    });
    expect(isLossy(detected, mergedSchema(detected, declared))).toBe(false);
  });
});
