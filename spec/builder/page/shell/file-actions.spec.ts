import { ApiError, type Api } from '../../../../src/builder/page/api';
import { FileActions } from '../../../../src/builder/page/shell/file-actions';
import { PageState } from '../../../../src/builder/page/state';
import type { ManifestFile, SaveManifest } from '../../../../src/builder/page-contract';

/** A server with one file. */
function setup(disk: ManifestFile) {
  const state = new PageState();
  state.open(disk);
  let file = disk;
  let whileSaving: () => void = () => undefined;
  const saveManifest = async ({ text, version, file: name }: SaveManifest) => {
    whileSaving();
    if (version !== file.version) throw new ApiError(412, 'changed');
    return (file = { text, version: `${version ?? 0}+`, file: file.file ?? name ?? null });
  };
  const files = new FileActions(state, { saveManifest, manifest: async () => file } as Partial<Api> as Api);
  return { state, files, disk: () => file, writeBySomebody: (text: string) => (file = { ...file, text, version: 'theirs' }), duringSave: (action: () => void) => (whileSaving = action) };
}

describe('the file', () => {
  it('is asked for a name before it is saved for the first time', async () => {
    const { state, files, disk } = setup({ text: '', version: null, file: null });
    state.setText('a: 1\n');
    await files.save();
    expect([files.asksForName.value, disk().text]).toEqual([true, '']);
    await files.save('new.yaml');
    expect([files.asksForName.value, disk()]).toEqual([false, { text: 'a: 1\n', version: '0+', file: 'new.yaml' }]);
    expect(state.isModified.value).toBe(false);
  });

  it('stays modified by what was typed while it was saved', async () => {
    const { state, files, duringSave, disk } = setup({ text: 'a: 1\n', version: '1', file: 'm.yaml' });
    state.setText('a: 2\n');
    duringSave(() => state.setText('a: 3\n'));
    await files.save();
    expect([disk().text, state.text.value, state.isModified.value]).toEqual(['a: 2\n', 'a: 3\n', true]);
  });

  it('is not overwritten unasked, and taking it loses nothing', async () => {
    const { state, files, disk, writeBySomebody } = setup({ text: 'a: 1\n', version: '1', file: 'm.yaml' });
    state.setText('a: mine\n');
    writeBySomebody('a: theirs\n');
    await files.save();
    expect([files.hasConflict.value, disk().text]).toEqual([true, 'a: theirs\n']);
    await files.reload();
    expect([state.text.value, state.isModified.value]).toEqual(['a: theirs\n', false]);
    state.redo();
    expect(state.text.value).toBe('a: mine\n');
    await files.overwrite();
    expect(disk().text).toBe('a: mine\n');
  });
});
