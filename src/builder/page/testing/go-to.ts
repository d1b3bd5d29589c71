import type { PageState } from '../state';
import type { Blocker } from './blockers';

/** Opens the place where a blocker is put right, and puts the focus there. */
export function goTo(state: PageState, { place }: Blocker): void {
  switch (place.kind) {
    case 'yaml':
      return state.setParameter('view', 'yaml');
    case 'inputs':
      return state.go({ page: 'inputs' });
    case 'settings':
      return document.getElementById('test-settings')?.showPopover();
    case 'field':
      return goToField(state, place.path);
  }
}

const TAB_OF: Record<string, string> = { creation_requester: 'creation', decoder: 'creation', polling_requester: 'polling', status_extractor: 'polling', status_mapping: 'polling', download_target_extractor: 'polling' };

function goToField(state: PageState, path: readonly (string | number)[]): void {
  const name = state.streamName.value;
  if (path[0] !== 'streams') return state.go({ page: path[0] === 'spec' ? 'inputs' : 'global' });
  if (name === null) return;
  const tab = path[2] === 'schema_loader' ? 'schema' : state.streamKind.value === 'async' ? (TAB_OF[String(path[3])] ?? 'download') : '';
  state.goToStream(name, tab);
  // The form is drawn after this; its wrong fields say that they are wrong.
  setTimeout(() => document.querySelector<HTMLElement>('main [aria-invalid=true]')?.focus());
}
