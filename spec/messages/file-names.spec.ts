import { fileNames } from '../../src/messages/file-names';

describe('fileNames', () => {
  it.each([
    ['contacts', 'contacts'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['..', '_'],
    ['', '_'],
    ['a:b*c?', 'a_b_c_'],
    ['Aufträge 2024', 'Aufträge 2024'],
    ['messages', 'messages-2'],
    ['CON', 'CON-2'],
    ['x'.repeat(300), 'x'.repeat(200)],
    ['日'.repeat(100), '日'.repeat(66)],
  ])('makes of %s the name %s', (name, expected) => {
    expect(fileNames([{ name }])).toEqual([expected]);
  });

  it('gives no two streams one file, whatever the file system', () => {
    expect(fileNames([{ name: 'a' }, { name: 'A' }, { name: 'a', namespace: 'n' }, { name: 'a-2' }])).toEqual(['a', 'A-2', 'n.a', 'a-2-2']);
  });
});
