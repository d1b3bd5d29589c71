import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { ConfirmDialog } from '../shell/confirm-dialog';
import { streamName } from '../state';
import { switchedStream } from './new-stream';
import { copyStream, deleteStream, freeName, nameProblem, renameStream } from './stream-edits';

/** Name, request type, copy and delete. */
export function StreamHead() {
  const { state } = usePage();
  const [asks, setAsks] = useState<'sync' | 'async' | 'delete' | null>(null);
  const index = state.streamIndex.value;
  const name = state.streamName.value ?? '';
  const kind = state.streamKind.value;
  const copy = () => {
    const next = freeName(state.manifest.value, name || 'stream');
    state.edit((manifest) => copyStream(manifest, index, next));
    state.goToStream(next);
  };
  const remove = () => {
    state.edit((manifest) => deleteStream(manifest, index));
    const stream = state.streams.value[Math.min(index, state.streams.value.length - 1)];
    if (stream) state.goToStream(streamName(stream));
    else state.go({ page: 'start' });
    state.notice.value = { kind: 'info', text: `Deleted ${name}. Undo brings it back.` };
  };
  const switchTo = (next: 'sync' | 'async') => {
    const stream = state.selectedStream.value;
    if (!stream) return;
    state.setAt(['streams', index], switchedStream(stream, next), 'switch');
    state.goToStream(name);
  };
  const labels = { sync: 'Synchronous Request', async: 'Asynchronous Job' };
  return (
    <div class="stream-head">
      <StreamNameField key={index} index={index} name={name} />
      <div class="stream-head-actions">
        <label for="request-type">Request type</label>
        <select
          id="request-type"
          value={kind}
          onChange={(event) => {
            const wanted = event.currentTarget.value;
            // It changes when that is confirmed.
            event.currentTarget.value = kind;
            if (wanted === 'sync' || wanted === 'async') setAsks(wanted);
          }}
        >
          <option value="sync">{labels.sync}</option>
          <option value="async">{labels.async}</option>
          {kind === 'other' && (
            <option value="other" disabled>
              Custom
            </option>
          )}
        </select>
        <button type="button" class="small" onClick={copy}>
          Copy
        </button>
        <button type="button" class="small" onClick={() => setAsks('delete')}>
          Delete
        </button>
      </div>
      {asks === 'delete' && (
        <ConfirmDialog title="Delete stream" confirmLabel="Delete stream" isDangerous onConfirm={remove} onClose={() => setAsks(null)}>
          <p>
            <strong>{name || 'This stream'}</strong> and what refers to it will be removed from the manifest.
          </p>
        </ConfirmDialog>
      )}
      {(asks === 'sync' || asks === 'async') && asks !== kind && (
        <ConfirmDialog title="Change request type" confirmLabel={`Yes, switch to ${labels[asks]}`} cancelLabel="No, keep my progress" onConfirm={() => switchTo(asks)} onClose={() => setAsks(null)}>
          <p>
            You will lose all progress on <strong>{name}</strong>: only its name and its URL stay. Undo brings it back.
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}

/** A name is stored when it can be one. */
function StreamNameField({ index, name }: { index: number; name: string }) {
  const { state } = usePage();
  const [draft, setDraft] = useState(name);
  useEffect(() => setDraft(name), [name]);
  const problem = nameProblem(state.manifest.value, draft, index);
  const rename = (text: string) => {
    setDraft(text);
    if (nameProblem(state.manifest.value, text, index) !== null || text.trim() === name) return;
    state.edit((manifest) => renameStream(manifest, index, text.trim()), `rename ${index}`);
    const { route } = state.place.value;
    state.goToStream(text.trim(), route.page === 'stream' ? route.tab : '');
  };
  return (
    <div class="stream-name">
      <label class="visually-hidden" for="stream-name">
        Stream name
      </label>
      <input
        id="stream-name"
        type="text"
        value={draft}
        placeholder="Enter stream name"
        spellcheck={false}
        autocomplete="off"
        data-field-path={`manifest.streams.${index}.name`}
        aria-invalid={problem !== null || undefined}
        aria-describedby={problem ? 'stream-name-problem' : undefined}
        onInput={({ currentTarget }) => rename(currentTarget.value)}
        onBlur={() => setDraft(draft.trim() === '' ? name : draft.trim())}
      />
      {problem && (
        <p class="problems error" id="stream-name-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
