import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context';
import { tabsOf } from '../findings';

export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Ctrl/Cmd + Enter', 'Test'],
  ['Ctrl/Cmd + . or Esc', 'Cancel the test'],
  ['Ctrl/Cmd + S', 'Save'],
  ['Ctrl/Cmd + Z', 'Undo'],
  ['Ctrl/Cmd + Shift + Z', 'Redo'],
  ['g c, g p, g d, g s', 'Go to Creation (or Configuration), Polling, Download, Schema'],
  ['g i, g g', 'Go to User Inputs, Global Configuration'],
  ['g y', 'Switch between UI and YAML'],
  ['[ and ]', 'Previous and next request'],
  ['?', 'This list'],
];

/** Keys of the whole page; those of tests are the test panel's. */
export function useKeys(showKeys: () => void): void {
  const { state, files, preferences } = usePage();
  useEffect(() => {
    let isAfterG = false;
    const onKeyDown = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && !event.altKey) {
        // The editor of YAML undoes by itself.
        const isInEditor = event.target instanceof Element && event.target.closest('.cm-editor') !== null;
        if (key === 's') void files.save();
        else if (key === 'z' && !isInEditor) event.shiftKey ? state.redo() : state.undo();
        else if (key === 'y' && !isInEditor) state.redo();
        else return;
        event.preventDefault();
        return;
      }
      if (event.altKey || !preferences.hasLetterKeys.value || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (isAfterG) {
        isAfterG = false;
        const tab = tabsOf(state.streamKind.value).find(({ id }) => id.startsWith(key));
        const name = state.streamName.value;
        if (key === 'y') state.setParameter('view', state.view.value === 'yaml' ? null : 'yaml');
        else if (key === 'i') state.go({ page: 'inputs' });
        else if (key === 'g') state.go({ page: 'global' });
        else if (tab && name !== null) state.goToStream(name, tab.id);
      } else if (key === 'g') isAfterG = true;
      else if (key === '?') {
        event.preventDefault();
        showKeys();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
