/** Exit codes of the program; documented in the README. */
export const EXIT = {
  ok: 0,
  /** A TRACE ERROR says why. */
  failed: 1,
  /** The command line is wrong; usage is on stderr. */
  usage: 2,
  interrupted: 130,
  terminated: 143,
} as const;
