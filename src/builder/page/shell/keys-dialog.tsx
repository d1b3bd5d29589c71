import { usePage } from '../page-context';
import { Dialog } from './dialog';
import { KEYS } from './use-keys';

export function KeysDialog({ onClose }: { onClose(): void }) {
  const { preferences } = usePage();
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table class="keys">
        <tbody>
          {KEYS.map(([keys, what]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">In the YAML editor, Esc and then Tab leaves the editor.</p>
      <div class="check">
        <input type="checkbox" id="letter-keys" checked={preferences.hasLetterKeys.value} onChange={({ currentTarget }) => (preferences.hasLetterKeys.value = currentTarget.checked)} />
        <label for="letter-keys">Keys that are single letters</label>
      </div>
      <div class="dialog-actions">
        <button type="button" class="primary" onClick={onClose} autofocus>
          Close
        </button>
      </div>
    </Dialog>
  );
}
