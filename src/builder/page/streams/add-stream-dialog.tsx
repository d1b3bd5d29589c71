import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { Dialog } from '../shell/dialog';
import { streamName } from '../state';
import { newStream } from './new-stream';
import { addStream, copyStream, nameProblem } from './stream-edits';

interface Props {
  startKind?: 'sync' | 'async';
  onClose(): void;
}

export function AddStreamDialog({ startKind = 'sync', onClose }: Props) {
  const { state } = usePage();
  const [name, setName] = useState('');
  const [kind, setKind] = useState(startKind);
  const [copied, setCopied] = useState(-1);
  const [isTried, setTried] = useState(false);
  const problem = nameProblem(state.manifest.value, name);
  const create = () => {
    setTried(true);
    if (problem) return;
    const wanted = name.trim();
    state.edit((manifest) => (copied >= 0 ? copyStream(manifest, copied, wanted) : addStream(manifest, newStream(kind, wanted))));
    state.goToStream(wanted);
    onClose();
  };
  const isShowingProblem = problem !== null && (isTried || name !== '');
  return (
    <Dialog title="New stream" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create();
        }}
      >
        <div class="field">
          <label for="new-stream-name">Stream name</label>
          <input
            id="new-stream-name"
            type="text"
            value={name}
            placeholder="contacts"
            autocomplete="off"
            spellcheck={false}
            autofocus
            aria-invalid={isShowingProblem || undefined}
            aria-describedby={isShowingProblem ? 'new-stream-problem' : undefined}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          {isShowingProblem && (
            <p class="problems error" id="new-stream-problem">
              {problem}
            </p>
          )}
        </div>
        {copied < 0 && (
          <div class="field">
            <label for="new-stream-kind">Request type</label>
            <select id="new-stream-kind" value={kind} aria-describedby="new-stream-kind-hint" onChange={({ currentTarget }) => setKind(currentTarget.value as 'sync' | 'async')}>
              <option value="sync">Synchronous Request</option>
              <option value="async">Asynchronous Job</option>
            </select>
            <p class="hint" id="new-stream-kind-hint">
              {kind === 'async' ? 'The API makes a file first: order it, ask until it is ready, download it.' : 'The API answers at once with the records.'}
            </p>
          </div>
        )}
        {state.streams.value.length > 0 && (
          <div class="field">
            <label for="new-stream-copy">Use an existing stream configuration</label>
            <select id="new-stream-copy" value={String(copied)} onChange={({ currentTarget }) => setCopied(Number(currentTarget.value))}>
              <option value="-1">No</option>
              {state.streams.value.map((stream, index) => (
                <option key={index} value={String(index)}>
                  {streamName(stream) || '(empty)'}
                </option>
              ))}
            </select>
          </div>
        )}
        <div class="dialog-actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
