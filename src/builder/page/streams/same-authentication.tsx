import type { Path } from '../document';
import { hasSameAuthentication } from '../inputs/authentication';
import { usePage } from '../page-context';
import { objectAt } from '../state';

/** Offers to let another request prove itself in the same way. Never done unasked: a download may go to another host. */
export function SameAuthentication({ from, to }: { from: Path; to: Path }) {
  const { state } = usePage();
  const model = state.model.value;
  const { authenticator } = objectAt(model, from);
  if (authenticator === undefined) return null;
  if (hasSameAuthentication(model, from, to)) return <p class="hint done">Polling uses the same authentication.</p>;
  return (
    <p class="offer">
      <span>Polling mostly needs it, too.</span>
      <button type="button" class="small" onClick={() => state.setAt([...to, 'authenticator'], authenticator, 'same authentication')}>
        Use the same authentication for polling
      </button>
    </p>
  );
}
