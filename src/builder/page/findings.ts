import type { Finding } from '../page-contract';
import type { Path } from './document';
import { MISSING } from './missing-values';
import type { StreamKind } from './state';

export interface Tab {
  id: 'creation' | 'polling' | 'download' | 'schema' | 'configuration';
  label: string;
}

const TABS: Readonly<Record<StreamKind, readonly Tab[]>> = {
  async: [
    { id: 'creation', label: 'Creation' },
    { id: 'polling', label: 'Polling' },
    { id: 'download', label: 'Download' },
    { id: 'schema', label: 'Schema' },
  ],
  sync: [
    { id: 'configuration', label: 'Configuration' },
    { id: 'schema', label: 'Schema' },
  ],
  other: [
    { id: 'configuration', label: 'Configuration' },
    { id: 'schema', label: 'Schema' },
  ],
};

export function tabsOf(kind: StreamKind): readonly Tab[] {
  return TABS[kind];
}

/** The tab with the field at `path`, which starts at the stream, e.g. `['retriever', 'decoder']`. */
export function tabOf(kind: StreamKind, path: Path): Tab['id'] {
  const [first, second] = path.map(String);
  if (first === 'schema_loader') return 'schema';
  if (kind !== 'async') return 'configuration';
  if (first === 'primary_key' || first === 'transformations') return 'download';
  if (first !== 'retriever' || second === undefined) return 'creation';
  if (/^(creation_requester|decoder|partition_router)$/.test(second)) return 'creation';
  return /^(polling_|status_|download_target_extractor$)/.test(second) ? 'polling' : 'download';
}

/** Whether `path` is `start` or inside of it. */
export function isWithin(path: Path, start: Path): boolean {
  return start.every((key, index) => String(path[index]) === String(key));
}

export function findingsWithin(findings: readonly Finding[], start: Path): Finding[] {
  return findings.filter(({ path }) => isWithin(path, start));
}

/** What was never filled in is not wrong. */
export function isMissing({ code }: Pick<Finding, 'code'>): boolean {
  return code === MISSING;
}

/** e.g. `2 errors, 1 warning, 3 to fill in`; empty without findings. */
export function countText(findings: readonly Finding[]): string {
  const missing = findings.filter(isMissing).length;
  const errors = findings.filter((finding) => finding.severity === 'error' && !isMissing(finding)).length;
  const warnings = findings.length - errors - missing;
  const part = (count: number, word: string) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]);
  return [...part(errors, 'error'), ...part(warnings, 'warning'), ...(missing === 0 ? [] : [`${missing} to fill in`])].join(', ');
}
