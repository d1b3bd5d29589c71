import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { DiffDialog } from './diff-dialog';
import type { Theme } from './preferences';
import { KeysDialog } from './keys-dialog';
import { SaveDialogs } from './save-dialogs';
import { useKeys } from './use-keys';

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_SIGN: Readonly<Record<Theme, string>> = { auto: '◐', light: '☀', dark: '☾' };

/** File, view, undo, export, save, theme. */
export function Header() {
  const { state, files, preferences } = usePage();
  const [isShowingDiff, showDiff] = useState(false);
  const [isShowingKeys, showKeys] = useState(false);
  useKeys(() => showKeys(true));
  const { theme } = preferences;
  const hasProblem = state.manifest.value.problem !== null;
  return (
    <header class="bar">
      <h1>Connector Builder</h1>
      <p class="file">
        <span class="file-name">{state.saved.value.file ?? 'New manifest'}</span>
        <FileState />
      </p>
      <div class="bar-actions">
        <fieldset class="segmented">
          <legend class="visually-hidden">View</legend>
          {(['ui', 'yaml'] as const).map((view) => (
            <label key={view}>
              <input type="radio" name="view" value={view} checked={state.view.value === view} onChange={() => state.setParameter('view', view === 'yaml' ? 'yaml' : null)} />
              <span>{view.toUpperCase()}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" class="icon" aria-label="Undo" title="Undo (Ctrl/Cmd+Z)" disabled={!state.canUndo.value} onClick={() => state.undo()}>
          ↶
        </button>
        <button type="button" class="icon" aria-label="Redo" title="Redo (Ctrl/Cmd+Shift+Z)" disabled={!state.canRedo.value} onClick={() => state.redo()}>
          ↷
        </button>
        <button type="button" disabled={!state.isModified.value || state.saved.value.version === null} onClick={() => showDiff(true)}>
          Diff
        </button>
        <button type="button" data-testid="download-yaml-button" disabled={hasProblem} onClick={() => exportText(files.exportName(), state.text.value)}>
          Export YAML
        </button>
        <button type="button" class="primary" title="Save (Ctrl/Cmd+S)" aria-busy={files.isSaving.value} onClick={() => void files.save()}>
          Save
        </button>
        <button type="button" class="icon" aria-label={`Colours: ${theme.value}`} title={`Colours: ${theme.value}`} onClick={() => (theme.value = NEXT_THEME[theme.value])}>
          {THEME_SIGN[theme.value]}
        </button>
        <button type="button" class="icon" aria-label="Keys" title="Keys (?)" onClick={() => showKeys(true)}>
          ?
        </button>
      </div>
      {isShowingDiff && <DiffDialog onClose={() => showDiff(false)} />}
      {isShowingKeys && <KeysDialog onClose={() => showKeys(false)} />}
      <SaveDialogs />
    </header>
  );
}

function FileState() {
  const { state } = usePage();
  if (state.changedOnDisk.value !== null) return <span class="file-state warning">changed on disk</span>;
  if (state.isModified.value) return <span class="file-state modified">modified</span>;
  return state.saved.value.file ? <span class="file-state">saved</span> : null;
}

function exportText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
