import { useState } from 'preact/hooks';
import { isObject, type JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';
import { usePage } from '../page-context';
import { count } from './amounts';
import { extractorWith, fieldPath, templateFor, type PathTarget } from './field-path';

type Keys = (string | number)[];

/** Members beyond this are shown on demand. */
const MEMBERS_AT_ONCE = 100;
const VALUE_CHARACTERS = 300;
/** Deeper objects are closed at first. */
const OPEN_DEPTH = 3;

interface TreeProperties {
  value: JsonValue;
  /** Fields that a picked value can fill; with none, and no `variable`, values are no buttons. */
  targets: PathTarget[];
  /** What templates call this answer. */
  variable: string | null;
}

/** JSON to open and close. A click on a value offers to fill a field path with the way to it. */
export function JsonTree({ value, targets, variable }: TreeProperties) {
  const [picked, setPicked] = useState<{ path: Keys; value: JsonValue } | null>(null);
  const isPickable = targets.length > 0 || variable !== null;
  return (
    <div class="json">
      {isPickable && <PickBar picked={picked} targets={targets} variable={variable} />}
      <div class="json-tree" role="region" aria-label="JSON" tabIndex={0}>
        <Node value={value} path={[]} onPick={isPickable ? (path, at) => setPicked({ path, value: at }) : null} />
      </div>
    </div>
  );
}

function PickBar({ picked, targets, variable }: { picked: { path: Keys; value: JsonValue } | null; targets: PathTarget[]; variable: string | null }) {
  const { state } = usePage();
  const [said, setSaid] = useState('');
  if (!picked) return <p class="muted">Click a value to use it{targets.length > 0 ? ` as ${targets.map(({ label }) => label).join(' or ')}` : ' in a template'}.</p>;
  const fill = (target: PathTarget) => {
    const path = fieldPath(target, picked.path, picked.value);
    state.setAt([...state.streamPath.value, ...target.at], extractorWith(path));
    setSaid(`${target.label} is now ${path.length === 0 ? 'the whole answer' : path.join(' › ')}.`);
  };
  const copyTemplate = async (name: string) => {
    const template = templateFor(name, picked.path);
    await navigator.clipboard.writeText(template).then(
      () => setSaid(`Copied ${template}`),
      () => setSaid(template),
    );
  };
  return (
    <div class="pick-bar" role="group" aria-label="Use the picked value">
      <code>{picked.path.join(' › ') || '(the whole answer)'}</code>
      {targets.map((target) => (
        <button key={target.label} type="button" class="small" onClick={() => fill(target)}>
          Use as {target.label}
        </button>
      ))}
      {variable !== null && (
        <button type="button" class="small" onClick={() => void copyTemplate(variable)}>
          Copy as template
        </button>
      )}
      <span role="status" class="muted">
        {said}
      </span>
    </div>
  );
}

function Node({ value, path, onPick }: { value: JsonValue; path: Keys; onPick: ((path: Keys, value: JsonValue) => void) | null }) {
  const [isOpen, setIsOpen] = useState(path.length < OPEN_DEPTH);
  const [shown, setShown] = useState(MEMBERS_AT_ONCE);
  const key = path.at(-1);
  const name = key === undefined ? null : <span class="json-key">{key}: </span>;
  if (!isObject(value) && !Array.isArray(value)) {
    const text = stringifyJson(value);
    const cut = text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
    const kind = value === null ? 'null' : typeof value;
    return (
      <div class="json-line">
        {name}
        {onPick ? (
          <button type="button" class={`json-value is-${kind}`} onClick={() => onPick(path, value)}>
            {cut}
          </button>
        ) : (
          <span class={`json-value is-${kind}`}>{cut}</span>
        )}
      </div>
    );
  }
  const members: [string | number, JsonValue][] = Array.isArray(value) ? value.map((each, at) => [at, each]) : Object.entries(value);
  const summary = Array.isArray(value) ? `[ ${count(members.length, 'item')} ]` : `{ ${count(members.length, 'property', 'properties')} }`;
  return (
    <div class="json-node">
      <div class="json-line">
        <button type="button" class="json-toggle" aria-expanded={isOpen} aria-label={`${key ?? 'Answer'}, ${summary}`} onClick={() => setIsOpen(!isOpen)}>
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
        </button>
        {name}
        {onPick ? (
          <button type="button" class="json-value is-summary" onClick={() => onPick(path, value)}>
            {summary}
          </button>
        ) : (
          <span class="json-value is-summary">{summary}</span>
        )}
      </div>
      {isOpen && (
        <div class="json-members">
          {members.slice(0, shown).map(([at, each]) => (
            <Node key={at} value={each} path={[...path, at]} onPick={onPick} />
          ))}
          {shown < members.length && (
            <button type="button" class="small" onClick={() => setShown(shown + MEMBERS_AT_ONCE)}>
              Show {Math.min(MEMBERS_AT_ONCE, members.length - shown)} more of {count(members.length, 'member')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
