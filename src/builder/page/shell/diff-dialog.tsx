import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { Dialog } from './dialog';

/** What is not saved yet, line by line. */
export function DiffDialog({ onClose }: { onClose(): void }) {
  const { state } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let remove: (() => void) | undefined;
    let isGone = false;
    import('../yaml/diff-view').then(
      ({ showDiff }) => {
        if (!isGone && place.current) remove = showDiff(place.current, state.saved.peek().text, state.text.peek());
      },
      () => setFailure('The changes could not be shown. Is the Builder still running?'),
    );
    return () => {
      isGone = true;
      remove?.();
    };
  }, []);
  return (
    <Dialog title={`Changes to ${state.saved.value.file ?? 'the manifest'}`} onClose={onClose} isWide>
      {failure && <p class="banner error">{failure}</p>}
      <div class="diff" ref={place} />
      <div class="dialog-actions">
        <button type="button" class="primary" onClick={onClose} autofocus>
          Close
        </button>
      </div>
    </Dialog>
  );
}
