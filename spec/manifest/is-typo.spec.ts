import { isTypo } from '../../src/manifest/is-typo';

test.each([
  ['paht', 'path', true],
  ['pat', 'path', true],
  ['name', 'type', false],
  ['path', 'path', false],
  ['start', 'state', false],
  ['authenticatro', 'authenticator', true],
  ['page_size_optoins', 'page_size_option', true],
  ['cursor_fields', 'cursor_field', true],
  ['parent_key', 'partition_field', false],
])('%s for %s: %s', (a, b, expected) => {
  expect(isTypo(a, b)).toBe(expected);
});
