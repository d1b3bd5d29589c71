import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context';

const NOTICE_MS = 4000;

/** What happened, for eyes and screen readers; and that the file was changed by somebody else. */
export function Notices() {
  const { state, files } = usePage();
  const notice = state.notice.value;
  useEffect(() => {
    if (notice?.kind !== 'info') return;
    const timer = setTimeout(() => (state.notice.value = null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <>
      {state.changedOnDisk.value !== null && (
        <div class="banner" role="status">
          <span>
            {state.saved.value.file} was changed on disk.
            {state.isModified.value ? ' You have changes that are not saved.' : ''}
          </span>
          <button type="button" onClick={() => void files.reload()}>
            Take the file
          </button>
          <button type="button" onClick={() => (state.changedOnDisk.value = null)}>
            Keep this
          </button>
        </div>
      )}
      <div class="toast-place" role="status" aria-live="polite">
        {notice?.kind === 'info' && <p class="toast">{notice.text}</p>}
      </div>
      {notice?.kind === 'error' && (
        <div class="toast-place">
          <p class="toast error" role="alert">
            {notice.text}
            <button type="button" class="icon" aria-label="Close" onClick={() => (state.notice.value = null)}>
              ×
            </button>
          </p>
        </div>
      )}
    </>
  );
}
