import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context';
import { blockers } from './blockers';
import type { TestState } from './test-state';

/** Ctrl/Cmd+Enter tests; Esc, or Ctrl/Cmd+., cancels. Esc first closes what is open, and leaves the editor. */
export function useTestKeys(tests: TestState): void {
  const { state } = usePage();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key } = event;
      const withCommand = event.ctrlKey || event.metaKey;
      if (withCommand && key === 'Enter') {
        event.preventDefault();
        if (blockers(state, tests.settings.value).length === 0) void tests.start();
      } else if ((withCommand && key === '.') || (key === 'Escape' && !event.defaultPrevented && !hasOtherUse(event.target))) {
        if (!tests.running.value) return;
        event.preventDefault();
        void tests.cancel();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [state, tests]);
}

function hasOtherUse(target: EventTarget | null): boolean {
  return document.querySelector('dialog[open], [popover]:popover-open') !== null || (target instanceof Element && target.closest('.cm-editor, [aria-expanded=true][role=combobox]') !== null);
}
