import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { duration } from './amounts';
import { useTests } from './test-context';
import { jobName } from './test-phases';
import { isRunning, type JobView, type TestView } from './test-view';
import { rowTime, timelineRows, type TimelineRow } from './timeline-rows';

/** Older lines of a long table are shown on demand. */
const LINES_AT_ONCE = 200;

/** What happened to each job: as lines on a scale, or as a table. */
export function Timeline({ view }: { view: TestView }) {
  const [isTable, setIsTable] = useState(false);
  if (view.jobs.length === 0) return null;
  return (
    <details class="timeline" open>
      <summary>
        Timeline <span class="muted">{view.jobs.length > 1 ? `${view.jobs.length} jobs` : ''}</span>
      </summary>
      <button type="button" class="small" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
        Show as table
      </button>
      {view.jobs.map((job) => (
        <JobSection key={job.job} view={view} job={job} isTable={isTable} />
      ))}
    </details>
  );
}

/** One of several jobs is closed at first: its track and its last line say how it is. */
function JobSection({ view, job, isTable }: { view: TestView; job: JobView; isTable: boolean }) {
  const name = jobName(view, job);
  const lines = isTable ? <JobTable job={job} name={name} /> : <JobLines job={job} />;
  const last = timelineRows(job, true).at(-1);
  return (
    <section class="job" aria-label={`Timeline: ${name}`}>
      {view.jobs.length === 1 ? (
        <>
          <Track view={view} job={job} />
          {lines}
        </>
      ) : (
        <details>
          <summary>
            {name} <span class="muted">{last && textOf(last)}</span>
            <Track view={view} job={job} />
          </summary>
          {lines}
        </details>
      )}
    </section>
  );
}

function JobLines({ job }: { job: JobView }) {
  return (
    <ol class="job-lines">
      {timelineRows(job, true).map((row, at) => (
        <li key={at} class={`line is-${row.mapped === 'not mapped' ? 'failed' : row.kind}`}>
          <span class="line-time">{rowTime(row)}</span>
          <span class="line-what">
            <RowText row={row} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function RowText({ row }: { row: TimelineRow }) {
  const { state } = usePage();
  const { kind, times, exchange, after } = row;
  const text = textOf(row);
  const isOther = exchange !== null && kind !== 'download';
  return (
    <>
      {isOther ? (
        <button type="button" class="link" title="Show the request" onClick={() => state.setParameter('req', String(exchange))}>
          {text}
        </button>
      ) : (
        text
      )}
      {kind === 'poll' && times === 1 && after !== null && <span class="muted"> +{duration(after)}</span>}
    </>
  );
}

function textOf({ kind, times, raw, mapped, what }: TimelineRow): string {
  return kind === 'poll' ? `${times > 1 ? `${times} polls: ` : ''}${raw} → ${mapped}` : what;
}

/** The job on a scale of the whole test; the lines below say the same in words. */
function Track({ view, job }: { view: TestView; job: JobView }) {
  const { elapsed } = useTests();
  const now = Math.max(1, isRunning(view) ? elapsed.value : view.t);
  const at = (t: number) => `${Math.min(100, (100 * t) / now)}%`;
  return (
    <div class="track" aria-hidden="true">
      {(['creation', 'polling', 'download'] as const).map((phase) => {
        const since = job.entered[phase];
        if (since === undefined) return null;
        const until = job.left[phase] ?? now;
        return <span key={phase} class={`track-part is-${phase}`} style={{ left: at(since), width: at(Math.max(0, until - since)) }} />;
      })}
      {job.steps
        .filter(({ kind }) => kind === 'poll')
        .slice(-LINES_AT_ONCE)
        .map(({ t, status }) => (
          <span key={t} class={`track-poll is-${status ?? 'unmapped'}`} style={{ left: at(t) }} />
        ))}
    </div>
  );
}

function JobTable({ job, name }: { job: JobView; name: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const rows = timelineRows(job, false);
  const shown = isWhole ? rows : rows.slice(-LINES_AT_ONCE);
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`Table of ${name}`}>
      {shown.length < rows.length && (
        <button type="button" class="small" onClick={() => setIsWhole(true)}>
          Show {rows.length - shown.length} earlier lines
        </button>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">After</th>
            <th scope="col">What</th>
            <th scope="col">The API said</th>
            <th scope="col">Which means</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row, index) => (
            <tr key={index}>
              <td>{duration(row.t)}</td>
              <td>{row.after === null ? '' : duration(row.after)}</td>
              <td>{row.what}</td>
              <td>{row.raw}</td>
              <td>{row.mapped}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
