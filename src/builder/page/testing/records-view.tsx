import { useRef, useState } from 'preact/hooks';
import { usePage } from '../page-context';
import type { JsonObject } from '../../../protocol/json';
import { count, grouped } from './amounts';
import { cellText, COLUMNS_AT_ONCE, prettyJson, recordColumns, wholeText } from './record-columns';
import { primaryKeyOf, testWarnings } from './record-warnings';
import { useTests } from './test-context';
import type { TestView } from './test-view';

const ROW_HEIGHT = 28;
const VISIBLE_ROWS = 14;
const JSON_AT_ONCE = 100;

/** The records of one page, as a table or as JSON, below what is to know about all of them. */
export function RecordsView({ records, view }: { records: JsonObject[]; view: TestView }) {
  const { recordsAs } = useTests();
  const { selectedStream } = usePage().state;
  const warnings = testWarnings(view, primaryKeyOf(selectedStream.value?.primary_key));
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} class="notice is-warning">
          {warning}
        </p>
      ))}
      <div class="records-bar">
        <span class="muted">{count(records.length, 'record')}</span>
        <fieldset class="segmented">
          <legend class="visually-hidden">Show records as</legend>
          {(['table', 'json'] as const).map((kind) => (
            <label key={kind}>
              <input type="radio" name="records-as" checked={recordsAs.value === kind} onChange={() => (recordsAs.value = kind)} />
              {kind === 'table' ? 'Table' : 'JSON'}
            </label>
          ))}
        </fieldset>
      </div>
      {records.length > 0 && (recordsAs.value === 'table' ? <RecordTable records={records} /> : <RecordJson records={records} />)}
    </>
  );
}

/** Only the rows in sight are in the page. */
function RecordTable({ records }: { records: JsonObject[] }) {
  const [first, setFirst] = useState(0);
  const [part, setPart] = useState(0);
  const [cell, setCell] = useState<{ column: string; text: string } | null>(null);
  const all = recordColumns(records);
  const columns = all.slice(part * COLUMNS_AT_ONCE, (part + 1) * COLUMNS_AT_ONCE);
  const start = Math.max(0, Math.min(first, records.length - VISIBLE_ROWS) - 5);
  const shown = records.slice(start, start + VISIBLE_ROWS + 10);
  const below = records.length - start - shown.length;
  return (
    <>
      {all.length > COLUMNS_AT_ONCE && (
        <label>
          Columns{' '}
          <select value={String(part)} onChange={({ currentTarget }) => setPart(Number(currentTarget.value))}>
            {Array.from({ length: Math.ceil(all.length / COLUMNS_AT_ONCE) }, (_, at) => (
              <option key={at} value={String(at)}>
                {at * COLUMNS_AT_ONCE + 1} to {Math.min(all.length, (at + 1) * COLUMNS_AT_ONCE)} of {all.length}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="table-scroll records" tabIndex={0} role="region" aria-label="Records" onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / ROW_HEIGHT))}>
        <table aria-rowcount={records.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" class="row-number">
                #
              </th>
              {columns.map((column) => (
                <th scope="col" key={column}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {start > 0 && <tr aria-hidden="true" style={{ height: `${start * ROW_HEIGHT}px` }} />}
            {shown.map((record, at) => (
              <tr key={start + at} aria-rowindex={start + at + 2}>
                <td class="row-number">{grouped(start + at + 1)}</td>
                {columns.map((column) => {
                  const { text, isCut } = cellText(record, column);
                  return (
                    <td key={column}>
                      {isCut ? (
                        <button type="button" class="link" onClick={() => setCell({ column, text: wholeText(record[column]) })}>
                          {text}
                        </button>
                      ) : (
                        text
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
            {below > 0 && <tr aria-hidden="true" style={{ height: `${below * ROW_HEIGHT}px` }} />}
          </tbody>
        </table>
      </div>
      {cell && <CellDialog {...cell} onClose={() => setCell(null)} />}
    </>
  );
}

function CellDialog({ column, text, onClose }: { column: string; text: string; onClose: () => void }) {
  const opened = useRef(false);
  return (
    <dialog
      aria-label={column}
      class="cell-dialog"
      onClose={onClose}
      ref={(element) => {
        if (element && !opened.current) element.showModal();
        opened.current = true;
      }}
    >
      <h3>{column}</h3>
      <pre tabIndex={0}>{text}</pre>
      <form method="dialog">
        <button>Close</button>
      </form>
    </dialog>
  );
}

function RecordJson({ records }: { records: JsonObject[] }) {
  const [from, setFrom] = useState(0);
  const shown = records.slice(from, from + JSON_AT_ONCE);
  return (
    <>
      {records.length > JSON_AT_ONCE && (
        <p class="records-bar">
          <button type="button" class="small" disabled={from === 0} onClick={() => setFrom(from - JSON_AT_ONCE)}>
            Previous {JSON_AT_ONCE}
          </button>
          <span>
            {grouped(from + 1)} to {grouped(from + shown.length)} of {grouped(records.length)}
          </span>
          <button type="button" class="small" disabled={from + JSON_AT_ONCE >= records.length} onClick={() => setFrom(from + JSON_AT_ONCE)}>
            Next {JSON_AT_ONCE}
          </button>
        </p>
      )}
      <pre class="text" tabIndex={0} aria-label="Records as JSON">
        {prettyJson(shown)}
      </pre>
    </>
  );
}
