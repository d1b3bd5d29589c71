import type { JobEventName, JobPhase, PhaseEvents } from './job-phase';

/** What the orchestrator does when a job changes its phase, in the order given. */
export type JobEffect =
  /** Ask the API to stop working; trouble is logged, no more. */
  | 'abort'
  | 'release_slot'
  /** Ask the API to remove the job and its result; trouble is logged, no more. */
  | 'delete'
  /** Count the attempt and work out how long to wait before the next. */
  | 'next_attempt'
  /** The whole stream ends with this job's failure; its other jobs are stopped. */
  | 'stop_stream'
  /** The run was cancelled: what becomes of the job is the user's choice. */
  | 'abandon'
  /** Drop the API's answers: nobody will need them. */
  | 'forget';

export interface JobStep {
  readonly to: JobPhase;
  readonly effects: readonly JobEffect[];
}

interface Cell extends JobStep {
  /** Instead, when no attempt is left. */
  readonly otherwise?: JobStep;
}

type Table = { readonly [P in JobPhase]: { readonly [E in PhaseEvents[P]]: Cell } };

const to = (phase: JobPhase, ...effects: JobEffect[]): Cell => ({ to: phase, effects });

/** Another attempt after `effects`, or the end when none is left. The slot is free while the job waits. */
const again = (...effects: JobEffect[]): Cell => ({
  to: 'cooling_down',
  effects: [...effects, 'release_slot', 'forget', 'next_attempt'],
  otherwise: { to: 'given_up', effects: [...effects, 'release_slot', 'forget'] },
});

const waiting = {
  admitted: to('creating'),
  stopped: to('given_up', 'release_slot'),
  cancelled: to('detached', 'release_slot'),
} as const;

/**
 * Every phase with every event that can happen in it. Exhaustive at compile time: a new phase or event does not build
 * until its cells stand here.
 */
const table: Table = {
  planned: waiting,
  waiting_for_capacity: waiting,
  cooling_down: waiting,
  creating: {
    created: to('running'),
    no_capacity: to('waiting_for_capacity', 'release_slot'),
    capacity_exhausted: to('given_up', 'release_slot'),
    creation_failed: again(),
    refused: to('given_up', 'release_slot', 'stop_stream'),
    stopped: to('given_up', 'release_slot'),
    cancelled: to('detached', 'release_slot'),
  },
  running: {
    still_running: to('running'),
    unclear: to('running'),
    completed: to('ready', 'release_slot'),
    skipped: to('ready', 'release_slot'),
    failed: again(),
    timed_out: again('abort'),
    deadline_passed: again('abort'),
    forgotten: to('planned', 'release_slot', 'forget'),
    lost: again('abort'),
    unknown_status: to('given_up', 'abort', 'release_slot', 'forget'),
    refused: to('given_up', 'abort', 'release_slot', 'forget', 'stop_stream'),
    stopped: to('given_up', 'abort', 'release_slot', 'forget'),
    cancelled: to('detached', 'abandon', 'release_slot'),
  },
  ready: {
    read_started: to('delivering'),
    stopped: to('given_up', 'delete', 'forget'),
    cancelled: to('detached', 'abandon'),
  },
  delivering: {
    delivered: to('delivered', 'delete', 'forget'),
    reader_left: to('given_up', 'delete', 'forget'),
    read_failed: to('given_up', 'forget'),
    read_interrupted: to('detached', 'forget'),
    result_lost: { to: 'cooling_down', effects: ['forget', 'next_attempt'], otherwise: { to: 'given_up', effects: ['forget'] } },
    stopped: to('given_up', 'forget'),
    cancelled: to('detached', 'forget'),
  },
  delivered: {},
  detached: {},
  given_up: {},
};

/** Where `event` leads from `phase`; undefined when it cannot happen there. Pure. */
export function transition(phase: JobPhase, event: JobEventName, attemptsLeft: boolean): JobStep | undefined {
  const row = table[phase] as Partial<Record<JobEventName, Cell>>;
  const cell = Object.prototype.hasOwnProperty.call(row, event) ? row[event] : undefined;
  return !attemptsLeft && cell?.otherwise ? cell.otherwise : cell;
}
