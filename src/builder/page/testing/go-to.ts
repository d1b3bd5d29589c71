import { goToPath } from '../go-to-path';
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
      return goToPath(state, place.path);
  }
}
