import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { AddStreamDialog } from './add-stream-dialog';

/** What a newcomer sees: a manifest without streams. */
export function StartPage() {
  const { state, inputs } = usePage();
  const [adds, setAdds] = useState<'sync' | 'async' | null>(null);
  const templates = state.read(['dynamic_streams']);
  const example = state.session.value?.example;
  const openExample = () => {
    if (!example?.manifest) return;
    state.setText(example.manifest);
    inputs.set(['api_key'], example.apiKey);
  };
  const load = async (file: File | undefined) => {
    if (file) state.setText(await file.text());
  };
  return (
    <section class="page start" aria-labelledby="start-title">
      <h2 id="start-title">Build a connector</h2>
      <p class="lead">A stream is one kind of record that an API has, e.g. its contacts. Start with one; press Test at any time to see what the API says.</p>
      {Array.isArray(templates) && templates.length > 0 && (
        <p class="reference">
          This manifest makes its streams while it runs, from {templates.length === 1 ? 'a template' : `${templates.length} templates`} (<code>dynamic_streams</code>): see Global Configuration, Advanced, or the YAML.
        </p>
      )}
      <div class="choices">
        <button type="button" class="choice" onClick={() => setAdds('async')}>
          <strong>Asynchronous Job</strong>
          <span>The API makes a report first: order it, poll until it is done, download it.</span>
        </button>
        <button type="button" class="choice" onClick={() => setAdds('sync')}>
          <strong>Synchronous Request</strong>
          <span>The API answers a request at once with the records.</span>
        </button>
        {example?.manifest && (
          <button type="button" class="choice" onClick={openExample}>
            <strong>Try the example</strong>
            <span>A finished asynchronous stream against an API on this machine. Press Test and watch.</span>
          </button>
        )}
      </div>
      <p class="import">
        <label class="link" for="import-yaml">
          Import a YAML
        </label>
        <input id="import-yaml" type="file" accept=".yaml,.yml,.json" class="visually-hidden" onChange={({ currentTarget }) => void load(currentTarget.files?.[0])} />
      </p>
      {adds && <AddStreamDialog startKind={adds} onClose={() => setAdds(null)} />}
    </section>
  );
}
