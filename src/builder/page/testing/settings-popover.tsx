import { useId } from 'preact/hooks';
import { usePage } from '../page-context';
import { useTests } from './test-context';
import { DEFAULT_SETTINGS, LIMITS, readSettings, type TestSettings } from './test-settings';

/** Limits, start state and the source of the answers, for the next tests. */
export function SettingsButton() {
  const { settings } = useTests();
  const isChanged = settings.value !== DEFAULT_SETTINGS;
  const { mode } = settings.value;
  return (
    <>
      <button type="button" class="settings-button" popoverTarget="test-settings" aria-label={`Test settings${isChanged ? ', changed' : ''}`} data-testid="test-read-settings">
        <span aria-hidden="true">⚙</span> {mode === 'live' ? '' : mode}
      </button>
      <div id="test-settings" popover="auto" role="dialog" aria-label="Test settings" class="test-settings">
        <Settings />
      </div>
    </>
  );
}

function Settings() {
  const { settings } = useTests();
  const { session } = usePage().state;
  const known = session.value?.cassettes ?? [];
  const { mode, cassette } = settings.value;
  const { problems } = readSettings(settings.value);
  const set = (change: Partial<TestSettings>) => (settings.value = { ...settings.value, ...change });
  const field = (name: keyof TestSettings, label: string, help: string) => (
    <Field label={label} help={help} problem={problems[name]} value={settings.value[name]} onInput={(value) => set({ [name]: value })} />
  );
  return (
    <form method="dialog" onSubmit={(event) => event.preventDefault()}>
      <div class="settings-row">
        {field('records', 'Records', `At most ${LIMITS.records}`)}
        {field('pages', 'Pages', `At most ${LIMITS.pages} each`)}
        {field('slices', 'Partitions', `At most ${LIMITS.slices}`)}
      </div>
      {field('pollEverySeconds', 'Poll interval (seconds)', 'Empty: as in a sync')}
      <Field label="Input state" help="STATE messages in JSON; empty: none" problem={problems.state} value={settings.value.state} isLong onInput={(state) => set({ state })} />
      <div class="field">
        <label for="test-mode">Answers come from</label>
        <select id="test-mode" value={mode} onChange={({ currentTarget }) => set({ mode: currentTarget.value as TestSettings['mode'] })}>
          <option value="live">The API (live)</option>
          <option value="record">The API, and record them</option>
          <option value="replay" disabled={known.length === 0 && mode !== 'replay'}>
            A recording (replay, nobody is asked)
          </option>
        </select>
      </div>
      {mode === 'record' && <Field label="Name of the recording" help="Kept in a file beside the manifest, without secrets" problem={problems.cassette} value={cassette} onInput={(value) => set({ cassette: value })} />}
      {mode === 'replay' && (
        <div class="field">
          <label for="test-recording">Recording</label>
          <select id="test-recording" value={cassette} onChange={({ currentTarget }) => set({ cassette: currentTarget.value })}>
            {!known.includes(cassette) && <option value={cassette}>{cassette || 'Choose one'}</option>}
            {known.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="settings-actions">
        <button type="button" onClick={() => (settings.value = DEFAULT_SETTINGS)}>
          Reset
        </button>
        <button type="button" popoverTarget="test-settings" popoverTargetAction="hide">
          Close
        </button>
      </div>
    </form>
  );
}

interface FieldProperties {
  label: string;
  help: string;
  problem: string | undefined;
  value: string;
  isLong?: boolean;
  onInput: (value: string) => void;
}

function Field({ label, help, problem, value, isLong = false, onInput }: FieldProperties) {
  const id = useId();
  const shared = { id, value, 'aria-describedby': `${id}-help`, 'aria-invalid': problem !== undefined };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong ? <textarea {...shared} rows={4} onInput={({ currentTarget }) => onInput(currentTarget.value)} /> : <input type="text" {...shared} onInput={({ currentTarget }) => onInput(currentTarget.value)} />}
      <small id={`${id}-help`} class={problem ? 'is-wrong' : ''}>
        {problem ?? help}
      </small>
    </div>
  );
}
