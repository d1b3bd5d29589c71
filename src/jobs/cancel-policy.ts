/** What happens when the run is cancelled by a signal. */
export interface CancelPolicy {
  /** `abort`: running jobs are aborted; `leave`: the next run goes on with them. */
  jobs: 'leave' | 'abort';
  /** How long the program may take to end, milliseconds. */
  graceMs: number;
}

const DEFAULT_GRACE_SECONDS = 10;
const MAX_GRACE_SECONDS = 3600;

/** From `SOURCE_ON_CANCEL` and `SOURCE_GRACE_SECONDS`; anything unreadable counts as not set. */
export function cancelPolicy(env: Readonly<Record<string, string | undefined>>): CancelPolicy {
  const seconds = Number(env.SOURCE_GRACE_SECONDS?.trim() || DEFAULT_GRACE_SECONDS);
  return {
    jobs: env.SOURCE_ON_CANCEL?.trim().toLowerCase() === 'abort' ? 'abort' : 'leave',
    graceMs: (seconds >= 0 ? Math.min(seconds, MAX_GRACE_SECONDS) : DEFAULT_GRACE_SECONDS) * 1000,
  };
}
