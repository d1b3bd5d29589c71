import type { JobEventName, JobPhase } from '../../src/jobs/job-phase';
import { isActive } from '../../src/jobs/job-phase';
import { transition, type JobEffect } from '../../src/jobs/job-transitions';

const phases: JobPhase[] = ['planned', 'waiting_for_capacity', 'cooling_down', 'creating', 'running', 'ready', 'delivering', 'delivered', 'detached', 'given_up'];
const events: JobEventName[] = [
  'admitted', 'created', 'no_capacity', 'capacity_exhausted', 'creation_failed', 'refused', 'still_running', 'completed', 'skipped', 'failed', 'timed_out',
  'deadline_passed', 'unclear', 'forgotten', 'lost', 'unknown_status', 'read_started', 'delivered', 'read_failed', 'read_interrupted', 'reader_left', 'result_lost', 'stopped', 'cancelled',
];

type Expectation = [to: JobPhase, effects: JobEffect[], whenExhausted?: [to: JobPhase, effects: JobEffect[]]];

const retried = (...before: JobEffect[]): Expectation => [
  'cooling_down',
  [...before, 'release_slot', 'forget', 'next_attempt'],
  ['given_up', [...before, 'release_slot', 'forget']],
];

/** What the design says; everything else cannot happen. */
const expected: { [P in JobPhase]?: { [E in JobEventName]?: Expectation } } = {
  planned: { admitted: ['creating', []], stopped: ['given_up', ['release_slot']], cancelled: ['detached', ['release_slot']] },
  waiting_for_capacity: { admitted: ['creating', []], stopped: ['given_up', ['release_slot']], cancelled: ['detached', ['release_slot']] },
  cooling_down: { admitted: ['creating', []], stopped: ['given_up', ['release_slot']], cancelled: ['detached', ['release_slot']] },
  creating: {
    created: ['running', []],
    no_capacity: ['waiting_for_capacity', ['release_slot']],
    capacity_exhausted: ['given_up', ['release_slot']],
    creation_failed: retried(),
    refused: ['given_up', ['release_slot', 'stop_stream']],
    stopped: ['given_up', ['release_slot']],
    cancelled: ['detached', ['release_slot']],
  },
  running: {
    still_running: ['running', []],
    unclear: ['running', []],
    completed: ['ready', ['release_slot']],
    skipped: ['ready', ['release_slot']],
    failed: retried(),
    timed_out: retried('abort'),
    deadline_passed: retried('abort'),
    lost: retried('abort'),
    unknown_status: ['given_up', ['abort', 'release_slot', 'forget']],
    refused: ['given_up', ['abort', 'release_slot', 'forget', 'stop_stream']],
    stopped: ['given_up', ['abort', 'release_slot', 'forget']],
    forgotten: ['planned', ['release_slot', 'forget']],
    cancelled: ['detached', ['abandon', 'release_slot']],
  },
  ready: { read_started: ['delivering', []], stopped: ['given_up', ['delete', 'forget']], cancelled: ['detached', ['abandon']] },
  delivering: {
    delivered: ['delivered', ['delete', 'forget']],
    reader_left: ['given_up', ['delete', 'forget']],
    read_failed: ['given_up', ['forget']],
    read_interrupted: ['detached', ['forget']],
    result_lost: ['cooling_down', ['forget', 'next_attempt'], ['given_up', ['forget']]],
    stopped: ['given_up', ['forget']],
    cancelled: ['detached', ['forget']],
  },
};

describe.each(phases)('a job that is %s', (phase) => {
  it.each(events)('hears of %s', (event) => {
    const cell = expected[phase]?.[event];
    if (!cell) {
      expect(transition(phase, event, true)).toBeUndefined();
      expect(transition(phase, event, false)).toBeUndefined();
      return;
    }
    const [to, effects, exhausted] = cell;
    expect(transition(phase, event, true)).toMatchObject({ to, effects });
    expect(transition(phase, event, false)).toMatchObject(exhausted ? { to: exhausted[0], effects: exhausted[1] } : { to, effects });
  });
});

describe('the table', () => {
  it('frees the slot whenever a job leaves the phases in which it has one', () => {
    for (const phase of ['creating', 'running'] as const) {
      for (const event of events) {
        for (const attemptsLeft of [true, false]) {
          const step = transition(phase, event, attemptsLeft);
          if (step && step.to !== 'running') expect([phase, event, step.effects.includes('release_slot')]).toEqual([phase, event, true]);
        }
      }
    }
  });

  it('lets every active phase be stopped and cancelled', () => {
    for (const phase of phases.filter(isActive)) {
      expect(transition(phase, 'stopped', true)?.to).toBe('given_up');
      expect(transition(phase, 'cancelled', true)?.to).toBe('detached');
    }
  });

  it('knows no event by an inherited name', () => {
    expect(transition('running', 'constructor' as JobEventName, true)).toBeUndefined();
  });
});
