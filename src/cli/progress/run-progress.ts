import type { JobPhase } from '../../jobs/job-phase';
import type { DownloadEvent, JobEvent, RuntimeEvent, StreamEvent, WaitEvent } from '../../platform/events';
import type { StreamStatus } from '../../protocol/airbyte';

/** Rates are those of the last seconds. */
const RATE_WINDOW_MS = 5_000;
/** Two samples are enough for a rate when they lie so far apart. */
const SHORTEST_RATE_MS = 500;
/** Phases that a job does not leave again: such jobs are only counted. */
const FINAL_PHASES: ReadonlySet<string> = new Set<JobPhase>(['delivered', 'detached', 'given_up']);

interface LivingJob {
  phase: string;
  /** When it is polled next; epoch milliseconds, while it runs. */
  nextPollAt: number | undefined;
}

export interface Totals {
  records: number;
  bytes: number;
}

/** What is known of one stream. */
export class StreamProgress {
  status: StreamStatus | undefined;
  records = 0;
  /** Why it waits, and until when; epoch milliseconds. */
  wait: { reason: string; until: number } | undefined;
  failure: string | undefined;
  private readonly jobs = new Map<string, LivingJob>();
  private readonly over = new Map<string, number>();
  private readonly bytesOfJobs = new Map<string, number>();
  private bytesOfOverJobs = 0;

  constructor(readonly name: string) {}

  get isOver(): boolean {
    return this.status === 'COMPLETE' || this.status === 'INCOMPLETE';
  }

  /** Bytes of its downloads as they came over the wire. */
  get bytes(): number {
    return this.bytesOfOverJobs + [...this.bytesOfJobs.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** How many jobs are in each phase. */
  phases(): ReadonlyMap<string, number> {
    const counts = new Map(this.over);
    for (const { phase } of this.jobs.values()) counts.set(phase, (counts.get(phase) ?? 0) + 1);
    return counts;
  }

  /** When the first of the running jobs is polled; epoch milliseconds. */
  nextPollAt(): number | undefined {
    const times = [...this.jobs.values()].flatMap(({ nextPollAt }) => (nextPollAt === undefined ? [] : [nextPollAt]));
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
  }

  hearStream({ status, records, failure }: StreamEvent): void {
    this.status = status;
    this.records = records;
    this.failure = failure ?? this.failure;
  }

  hearJob({ jobId, phase, nextPollMs, at }: JobEvent): void {
    if (!FINAL_PHASES.has(phase)) {
      this.jobs.set(jobId, { phase, nextPollAt: nextPollMs === undefined ? undefined : at + nextPollMs });
      return;
    }
    // Heard again for a job that is over (its clean-up): counted once.
    if (!this.jobs.delete(jobId)) return;
    this.over.set(phase, (this.over.get(phase) ?? 0) + 1);
    this.bytesOfOverJobs += this.bytesOfJobs.get(jobId) ?? 0;
    this.bytesOfJobs.delete(jobId);
  }

  hearDownload({ jobId, bytes }: DownloadEvent): void {
    this.bytesOfJobs.set(jobId ?? '', bytes);
  }

  hearWait({ reason, ms, at }: WaitEvent): void {
    this.wait = { reason, until: at + ms };
  }
}

/** What is known of a run, from its events. */
export class RunProgress {
  private readonly byName = new Map<string, StreamProgress>();
  /** A wait of no stream in particular, e.g. of a login. */
  wait: { reason: string; until: number } | undefined;
  private readonly samples: (Totals & { at: number })[] = [];

  /** @param startedAt epoch milliseconds */
  constructor(readonly startedAt: number) {}

  /** In the order in which they were first heard of. */
  get streams(): readonly StreamProgress[] {
    return [...this.byName.values()];
  }

  hear(event: RuntimeEvent): void {
    switch (event.type) {
      case 'stream':
        return this.stream(event.streamName).hearStream(event);
      case 'job':
        return this.stream(event.streamName).hearJob(event);
      case 'download':
        return this.stream(event.streamName).hearDownload(event);
      case 'wait':
        if (event.streamName !== undefined) return this.stream(event.streamName).hearWait(event);
        this.wait = { reason: event.reason, until: event.at + event.ms };
        return;
      case 'http':
        return;
    }
  }

  totals(): Totals {
    return this.streams.reduce((sum, { records, bytes }) => ({ records: sum.records + records, bytes: sum.bytes + bytes }), { records: 0, bytes: 0 });
  }

  /** A second of the last five or so, at `now`; undefined while there is too little to go by. Called at every redraw. */
  rates(now: number): Totals | undefined {
    const { samples } = this;
    const newest = { at: now, ...this.totals() };
    samples.push(newest);
    while (samples.length > 2 && samples[1]!.at <= now - RATE_WINDOW_MS) samples.shift();
    const [oldest] = samples as [(typeof samples)[number]];
    const seconds = (newest.at - oldest.at) / 1000;
    if (seconds * 1000 < SHORTEST_RATE_MS) return undefined;
    return { records: (newest.records - oldest.records) / seconds, bytes: (newest.bytes - oldest.bytes) / seconds };
  }

  private stream(name: string): StreamProgress {
    let stream = this.byName.get(name);
    if (!stream) {
      stream = new StreamProgress(name);
      this.byName.set(name, stream);
    }
    return stream;
  }
}
