import { useState } from 'preact/hooks';
import { Problems } from '../form/field-shell';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { InputCard } from './input-card';
import { addInput, inputsOf, slug, SPECIFICATION } from './spec-inputs';

/** What the user of the connector fills in, with the values for tests. */
export function InputsPage() {
  const { state, inputs: saver } = usePage();
  const inputs = inputsOf(state.model.value);
  const { keptIn } = state.inputs.value;
  const own = findingsWithin(state.findings.value, ['spec']).filter(({ path }) => path.length <= SPECIFICATION.length + 1);
  return (
    <section class="page" aria-labelledby="inputs-title">
      <h2 id="inputs-title">User Inputs</h2>
      <p class="lead">What the connector asks its user for. The values here are for tests; templates read them as {"{{ config['key'] }}"}.</p>
      <Problems id="inputs-problems" problems={own} />
      {inputs.map((input, index) => (
        <InputCard key={input.key} input={input} isFirst={index === 0} isLast={index === inputs.length - 1} />
      ))}
      <AddInput />
      <div class="check field">
        <input type="checkbox" id="keep-inputs" checked={keptIn !== null} aria-describedby="keep-inputs-hint" onChange={({ currentTarget }) => void saver.keep(currentTarget.checked)} />
        <label for="keep-inputs">Keep the test values in a file</label>
        <p class="hint" id="keep-inputs-hint">
          {keptIn !== null ? `They are in ${keptIn}, which only you can read.` : 'Otherwise they are forgotten when the Builder ends. The file can be read by you only.'}
        </p>
      </div>
    </section>
  );
}

function AddInput() {
  const { state } = usePage();
  const [title, setTitle] = useState('');
  const key = slug(title);
  const isTaken = inputsOf(state.model.value).some((input) => input.key === key);
  const add = () => {
    if (key === '' || isTaken) return;
    state.edit((manifest) => addInput(manifest, key, { type: 'string', title: title.trim() }, false));
    setTitle('');
  };
  return (
    <form
      class="card add-input"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <div class="field">
        <label for="new-input">New user input</label>
        <div class="row">
          <input id="new-input" type="text" placeholder="Start date" value={title} autocomplete="off" aria-describedby="new-input-hint" onInput={({ currentTarget }) => setTitle(currentTarget.value)} />
          <button type="submit" disabled={key === '' || isTaken}>
            Add input
          </button>
        </div>
        <p class="hint" id="new-input-hint">
          {isTaken ? `There is an input ${key} already.` : key ? `Templates read it as {{ config['${key}'] }}.` : 'Give it the name that its user will see.'}
        </p>
      </div>
    </form>
  );
}
