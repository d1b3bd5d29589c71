import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CustomComponents } from '../../src/manifest/custom-components';
import { buildComponent } from '../support/fake-runtime';

const allowed = { env: { AIRBYTE_ENABLE_UNSAFE_CODE: 'true' } };

describe('custom components', () => {
  it('are refused with words that say what to write when no module was given', () => {
    expect(() => buildComponent('RecordExtractor', { type: 'CustomRecordExtractor', class_name: 'source_x.components.MyExtractor' })).toThrow(
      /test needs the custom component source_x\.components\.MyExtractor \(RecordExtractor\).*export a function "MyExtractor".*--components-path/,
    );
  });

  it('do not load code that the user has not allowed', async () => {
    await expect(CustomComponents.fromFile('/nowhere.mjs', { env: {} })).rejects.toThrow('Set AIRBYTE_ENABLE_UNSAFE_CODE=true');
  });

  it('do not load code that was changed', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'custom-')), 'components.mjs');
    writeFileSync(path, 'export const x = 1;');
    const md5 = createHash('md5').update('something else').digest('hex');
    await expect(CustomComponents.fromFile(path, { ...allowed, checksums: { md5 } })).rejects.toThrow('the code was changed');
    await expect(CustomComponents.fromFile(path, { ...allowed, checksums: { crc: 'x' } })).rejects.toThrow('Use md5 or sha256');
  });
});
