import type { BinaryBody } from '../../page-contract';
import { hexLines } from './hex-lines';

const NAMES = { gzip: 'This body looks like gzip.', zip: 'This body looks like a ZIP file.' };

/** A body that is no text: what is inside, as far as it is known, and its first bytes. */
export function BinaryBodyView({ looksLike, hex, unpacked }: BinaryBody) {
  return (
    <div class="body">
      <p class="muted">
        {looksLike === null ? 'This body is no text.' : NAMES[looksLike]} {unpacked !== null && 'Inside, it begins like this:'}
      </p>
      {unpacked !== null && (
        <pre class="text" tabIndex={0} aria-label="Unpacked body">
          {unpacked}
        </pre>
      )}
      <details open={unpacked === null}>
        <summary>First bytes</summary>
        <pre class="text hex" tabIndex={0} aria-label="First bytes of the body">
          {hexLines(hex)}
        </pre>
      </details>
    </div>
  );
}
