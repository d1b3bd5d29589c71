import type { AsyncJob } from './async-job';
import { JobDurations } from './job-durations';
import type { PollQueue } from './poll-queue';
import type { PollingSchedule } from './polling-schedule';

/** While nothing is known, so many jobs are asked about early, for all. */
const SCOUTS = 1;
/** The others wait as long as with the reference. */
const OTHERS_MS = 5_000;
/** With many jobs, polls of the scouts weigh little: they may come closer together, but not closer than this. */
const SCOUT_GAP_MS = 250;
const SCOUT_SHARE = 0.05;
const JOBS_A_SCOUT_POLL = 4;
/** Polls of one job that come sooner than by the schedule, because others were that old at their end. */
const MAX_DENSE_POLLS = 6;
/** A job that has ended makes so many others worth a look: a crowd is seen to end within a few round trips, and no job costs more than so many polls more. */
const LOOKS = 2;

/**
 * When to ask about each job of one stream: by the schedule, and by what jobs of the stream have taught
 * (docs/decisions/0006-when-to-poll.md). `polling_interval` leaves only the schedule.
 */
export class PollPlanner {
  private readonly durations = new JobDurations();
  /** In the order of their creation. */
  private readonly running = new Set<AsyncJob>();

  constructor(private readonly schedule: PollingSchedule) {}

  /** Milliseconds from now, the time of an answer, to the next poll. */
  delay(job: AsyncJob, now: number): number {
    this.running.add(job);
    const age = now - job.createdAt;
    if (!this.schedule.adapts) return this.schedule.nextDelay(job.polls, age);
    if (this.durations.count === 0) return this.unknownDelay(job, age);
    const usual = this.schedule.nextDelay(job.polls, age);
    const learnt = this.durations.nextAge(age) - age;
    if (!this.durations.isRipe(age)) return Math.min(learnt, this.durations.earlyWait(age));
    if (learnt >= usual || job.densePolls >= MAX_DENSE_POLLS || !this.isTypical(now)) return usual;
    job.densePolls += 1;
    return learnt;
  }

  /** The API has finished it, and others may be done as well: the two that were not asked about for longest are worth a poll. */
  finished(job: AsyncJob, now: number, queue: PollQueue): void {
    this.left(job);
    if (!this.schedule.adapts || job.seenRunningMs === undefined) return;
    this.durations.learn(job.seenRunningMs, now - job.createdAt);
    let looks = LOOKS;
    for (const [other, dueAt] of queue.waiting()) {
      const at = Math.max(now, other.createdAt + this.durations.nextAge(other.seenRunningMs ?? 0), other.notBefore);
      if (other.isHurried || at >= dueAt) continue;
      other.isHurried = true;
      queue.hurry(other, at);
      if ((looks -= 1) === 0) return;
    }
  }

  /** It does not run any more. */
  left(job: AsyncJob): void {
    this.running.delete(job);
  }

  private unknownDelay(job: AsyncJob, age: number): number {
    const usual = this.schedule.nextDelay(job.polls, age);
    if (!this.isScout(job)) return Math.max(usual, this.schedule.withJitter(OTHERS_MS));
    const share = Math.max(1, Math.min(JOBS_A_SCOUT_POLL, this.running.size / JOBS_A_SCOUT_POLL));
    return Math.min(usual, Math.max(usual / share, SCOUT_GAP_MS, age * SCOUT_SHARE));
  }

  /** Not when more jobs have outlived those that have ended: of many that began together, the shortest end first. */
  private isTypical(now: number): boolean {
    let outlived = 0;
    for (const job of this.running) {
      if (now - job.createdAt <= this.durations.long) return true;
      if ((outlived += 1) > this.durations.count) return false;
    }
    return true;
  }

  private isScout(job: AsyncJob): boolean {
    let place = 0;
    for (const each of this.running) {
      if (each === job) return true;
      if ((place += 1) >= SCOUTS) return false;
    }
    return false;
  }
}
