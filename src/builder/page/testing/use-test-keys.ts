import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context';
import type { PageState } from '../state';
import { goTo } from './go-to';
import { otherRequests } from './other-requests';
import type { TestState } from './test-state';
import type { TestView } from './test-view';

/** Ctrl/Cmd+Enter tests; Esc, or Ctrl/Cmd+., cancels. Esc first closes what is open, and leaves the editor. `[` and `]` go through the requests. */
export function useTestKeys(tests: TestState): void {
  const { state, preferences } = usePage();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key } = event;
      const withCommand = event.ctrlKey || event.metaKey;
      if (withCommand && key === 'Enter') {
        event.preventDefault();
        void tests.start().then((blocker) => blocker && goTo(state, blocker));
      } else if ((withCommand && key === '.') || (key === 'Escape' && !event.defaultPrevented && !hasOtherUse(event.target))) {
        if (!tests.running.value) return;
        event.preventDefault();
        void tests.cancel();
      } else if ((key === '[' || key === ']') && !event.altKey && !withCommand && preferences.hasLetterKeys.value && !isTyping(event.target)) {
        tests.shown.value && showNextRequest(state, tests.shown.value.current, key === ']' ? 1 : -1);
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [state, preferences, tests]);
}

function hasOtherUse(target: EventTarget | null): boolean {
  return document.querySelector('dialog[open], [popover]:popover-open') !== null || (target instanceof Element && target.closest('.cm-editor, [aria-expanded=true][role=combobox]') !== null);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable=true]') !== null;
}

function showNextRequest(state: PageState, view: TestView, step: number): void {
  const all = otherRequests(view).flatMap(({ requests }) => requests.map(({ exchange }) => exchange.n));
  const at = Math.max(0, all.indexOf(Number(state.place.value.parameters.get('req')))) + step;
  if (all[at] !== undefined) state.setParameter('req', String(all[at]));
}
