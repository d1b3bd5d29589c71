import type { JsonValue } from '../../../protocol/json';
import { parseJson } from '../../../protocol/lossless-json';
import type { TestRequest } from '../../page-contract';

/** What a person has set for the next test; numbers as they were typed. */
export interface TestSettings {
  records: string;
  pages: string;
  slices: string;
  pollEverySeconds: string;
  /** STATE messages as JSON; empty: none. */
  state: string;
  mode: 'live' | 'record' | 'replay';
  cassette: string;
}

export const DEFAULT_SETTINGS: TestSettings = { records: '1000', pages: '5', slices: '5', pollEverySeconds: '', state: '', mode: 'live', cassette: '' };

/** What a limit may be, as the manifest server has it. */
export const LIMITS = { records: 5000, pages: 20, slices: 20 } as const;

export type SettingsProblems = Partial<Record<keyof TestSettings, string>>;

type Chosen = Omit<TestRequest, 'text' | 'streamName'>;

/** The settings as a request carries them, or what is wrong with each. */
export function readSettings(settings: TestSettings): { chosen: Chosen; problems: SettingsProblems } {
  const problems: SettingsProblems = {};
  const limit = (name: keyof typeof LIMITS) => {
    const value = Number(settings[name]);
    if (!Number.isInteger(value) || value < 1 || value > LIMITS[name]) problems[name] = `A whole number from 1 to ${LIMITS[name]}.`;
    return value;
  };
  const limits = { records: limit('records'), pages: limit('pages'), slices: limit('slices') };
  const pollEverySeconds = settings.pollEverySeconds.trim() === '' ? undefined : Number(settings.pollEverySeconds);
  if (pollEverySeconds !== undefined && !(pollEverySeconds >= 0.01 && pollEverySeconds <= 3600)) problems.pollEverySeconds = 'Seconds, from 0.01 to 3600; empty: as in a sync.';
  const state = readState(settings.state);
  if (state === null) problems.state = 'A list of STATE messages in JSON, as the State tab shows them.';
  const { mode: kind, cassette } = settings;
  if (kind !== 'live' && !/^[\w-]{1,60}$/.test(cassette)) problems.cassette = 'A name of letters, digits, - and _.';
  const mode: Chosen['mode'] = kind === 'live' ? { kind } : { kind, cassette };
  return { chosen: { limits, mode, ...(state && state.length > 0 && { state }), ...(pollEverySeconds !== undefined && { pollEverySeconds }) }, problems };
}

function readState(text: string): JsonValue[] | null {
  if (text.trim() === '') return [];
  try {
    const state = parseJson(text);
    return Array.isArray(state) ? state : null;
  } catch {
    return null;
  }
}
