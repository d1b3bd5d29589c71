/**
 * How far we have come with the job of one slice. Never mixed with `AsyncJobStatus`, which is the API's view.
 * - `planned`: the slice is known, nothing was ordered; waits for a slot
 * - `waiting_for_capacity`: the API took no more jobs; no attempt was spent, no slot is held
 * - `cooling_down`: an attempt is over, the next one waits its time; no slot is held
 * - `creating`: the creation request is under way
 * - `running`: the API works on it; polled by a timer of its own
 * - `ready`: the API has finished (completed or skipped); the slot is free again; waits for a reader
 * - `delivering`: the records are being read
 * - `delivered`: every record went out
 * - `detached`: the run was cancelled, or could not read the result to its end; a later one may go on with the job
 * - `given_up`: nobody will come back to it
 */
export type JobPhase = keyof PhaseEvents;

/** What can happen in each phase. The transition table must have exactly these cells. */
export interface PhaseEvents {
  planned: 'admitted' | Ending;
  waiting_for_capacity: 'admitted' | Ending;
  cooling_down: 'admitted' | Ending;
  creating: 'created' | 'no_capacity' | 'capacity_exhausted' | 'creation_failed' | 'refused' | Ending;
  running:
    | 'still_running'
    | 'completed'
    | 'skipped'
    | 'failed'
    /** The API says that it took too long. */
    | 'timed_out'
    /** Our own deadline passed while the API still says running. */
    | 'deadline_passed'
    /** A poll told nothing: it failed for a moment, or its status is not in the mapping yet. */
    | 'unclear'
    /** A job of an earlier run that the API does not know any more. */
    | 'forgotten'
    /** Too many polls in a row failed. */
    | 'lost'
    /** The status stayed one that the mapping does not list. */
    | 'unknown_status'
    | 'refused'
    | Ending;
  ready: 'read_started' | Ending;
  delivering:
    | 'delivered'
    | 'read_failed'
    /** The download broke after some of it went out; a later run can go on there. */
    | 'read_interrupted'
    /** The reader wants no more of it. */
    | 'reader_left'
    /** The result cannot be fetched any more, and none of its records went out. */
    | 'result_lost'
    | Ending;
  delivered: never;
  detached: never;
  given_up: never;
}

/** `stopped`: the stream ends early, the run goes on. `cancelled`: the run ends now. */
type Ending = 'stopped' | 'cancelled';

export type JobEventName = PhaseEvents[JobPhase];

/** Phases in which the orchestrator works on the job; in the others it waits for a reader, or is done with it. */
export type ActivePhase = 'planned' | 'waiting_for_capacity' | 'cooling_down' | 'creating' | 'running';

export function isActive(phase: JobPhase): phase is ActivePhase {
  return phase === 'planned' || phase === 'waiting_for_capacity' || phase === 'cooling_down' || phase === 'creating' || phase === 'running';
}
