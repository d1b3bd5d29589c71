import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { Dialog } from './dialog';

/** What saving may ask. */
export function SaveDialogs() {
  const { files } = usePage();
  if (files.asksForName.value) return <FileNameDialog />;
  return files.hasConflict.value ? <ConflictDialog /> : null;
}

function FileNameDialog() {
  const { files } = usePage();
  const [name, setName] = useState('manifest.yaml');
  const isFine = /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,100}\.(?:ya?ml|json)$/.test(name);
  return (
    <Dialog title="Save manifest" onClose={() => (files.asksForName.value = false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isFine) void files.save(name);
        }}
      >
        <div class="field">
          <label for="file-name">File name</label>
          <input id="file-name" type="text" value={name} spellcheck={false} autofocus aria-invalid={!isFine || undefined} aria-describedby="file-name-hint" onInput={({ currentTarget }) => setName(currentTarget.value)} />
          <p class="hint" id="file-name-hint">
            In the folder where the Builder was started; it ends with .yaml, .yml or .json.
          </p>
        </div>
        <div class="dialog-actions">
          <button type="button" onClick={() => (files.asksForName.value = false)}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!isFine}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function ConflictDialog() {
  const { state, files } = usePage();
  const close = () => (files.hasConflict.value = false);
  const choose = (action: () => Promise<void>) => () => {
    close();
    void action();
  };
  return (
    <Dialog title="The file was changed" onClose={close}>
      <p>
        <strong>{state.saved.value.file}</strong> was changed on disk since it was opened here. Which of the two should stay?
      </p>
      <div class="dialog-actions">
        <button type="button" onClick={close} autofocus>
          Cancel
        </button>
        <button type="button" onClick={choose(() => files.reload())}>
          Take the file
        </button>
        <button type="button" class="danger" onClick={choose(() => files.overwrite())}>
          Overwrite the file
        </button>
      </div>
    </Dialog>
  );
}
