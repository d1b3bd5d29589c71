import type { Path } from './document';
import { tabOf } from './findings';
import { kindOf, streamName, type PageState } from './state';

/** Shows the field of a value, or of what holds it, and puts the focus there. */
export function goToPath(state: PageState, path: Path): void {
  const [root, index] = path;
  if (root === 'streams' && typeof index === 'number') {
    const stream = state.streams.value[index];
    if (stream) state.goToStream(streamName(stream), tabOf(kindOf(state.model.value, ['streams', index]), path.slice(2)));
  } else {
    state.go({ page: root === 'spec' ? 'inputs' : 'global' });
  }
  if (state.view.value === 'yaml') return;
  // The form is there in the next frame, what a disclosure holds in the one after.
  requestAnimationFrame(() => requestAnimationFrame(() => focusPath(path)));
}

function focusPath(path: Path): void {
  for (let length = path.length; length > 2; length--) {
    const fields = document.querySelectorAll<HTMLElement>(`[data-field-path="${CSS.escape(['manifest', ...path.slice(0, length)].join('.'))}"]`);
    const field = [...fields].find((each) => each.getClientRects().length > 0);
    const target = field && (field.matches('input, select, textarea') ? field : (field.querySelector<HTMLElement>('input, select, textarea, button') ?? field));
    if (!target) continue;
    target.scrollIntoView({ block: 'center' });
    target.focus();
    return;
  }
}
