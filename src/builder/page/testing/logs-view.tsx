import type { LogMessage } from '../../stream-read';
import type { TestView } from './test-view';

/** The newest lines of a long log. */
const LINES_AT_ONCE = 500;

/** What the engine said, with the details of errors. */
export function LogsView({ view }: { view: TestView }) {
  const logs = logsOf(view);
  if (logs.length === 0) return <p class="muted">Nothing was logged.</p>;
  return (
    <ol class="logs">
      {logs.slice(-LINES_AT_ONCE).map(({ level, message, internal_message: internal, stacktrace }, at) => (
        <li key={at} class={`log is-${level.toLowerCase()}`}>
          <strong>{level}</strong> <span class="log-message">{message}</span>
          {internal && internal !== message && <p class="muted">{internal}</p>}
          {stacktrace && (
            <details>
              <summary>Stack trace</summary>
              <pre class="text" tabIndex={0}>
                {stacktrace}
              </pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

/** ` (1 error, 2 warnings)`, for the tab. */
export function logCounts(view: TestView): string {
  const logs = logsOf(view);
  const counted = (levels: LogMessage['level'][], one: string, many: string) => {
    const found = logs.filter(({ level }) => levels.includes(level)).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  const parts = [...counted(['ERROR', 'FATAL'], 'error', 'errors'), ...counted(['WARN'], 'warning', 'warnings')];
  return parts.length > 0 ? ` (${parts.join(', ')})` : logs.length > 0 ? ` (${logs.length})` : '';
}

/** The answer of the whole test has more to an error than the event that told it. */
function logsOf({ read, logs }: TestView): LogMessage[] {
  if (read && read.logs.length >= logs.length) return read.logs;
  return logs.map(({ level, message }) => ({ level, message, internal_message: null, stacktrace: null }));
}
