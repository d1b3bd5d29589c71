import type { Path } from '../document';
import { usePage } from '../page-context';
import { countReferences, locate, referenceOf } from '../references';

/** Says that a value is shared, and makes an own copy of it when that is wanted. */
export function ReferenceNote({ path }: { path: Path }) {
  const { state } = usePage();
  const model = state.model.value;
  const ref = referenceOf(state.manifest.value.getAt(locate(model, path)));
  if (ref === null) return null;
  const others = countReferences(model, ref) - 1;
  return (
    <p class="reference">
      Shared: <code>{ref}</code>
      {others > 0 ? ` Changes here show in ${others} other place${others === 1 ? '' : 's'}, too.` : ''}
      <button type="button" class="link" onClick={() => state.setAt(path, state.read(path), 'unlink')}>
        Make an own copy
      </button>
    </p>
  );
}
