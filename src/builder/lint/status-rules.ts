import type { Finding } from '../page-contract';
import { objectAt, info, textsAt, warning, type LintRule } from './lint-rule';

const LISTS = ['running', 'completed', 'failed', 'timeout', 'skipped'] as const;
const MAPPING = ['retriever', 'status_mapping'];

/** The lists of the status mapping: without one, a job never ends, or fails for the wrong reason. */
export const statusLists: LintRule = ({ retriever }) => {
  const mapping = objectAt(retriever, 'status_mapping');
  if (!mapping) return [];
  const findings: Finding[] = [];
  const need = (list: string, what: string) => {
    if (textsAt(mapping, list).length === 0) findings.push(warning(`no_${list}_status`, [...MAPPING, list], what));
  };
  need('completed', 'No status means that the job is completed, so nothing will ever be downloaded. List what the API says when the result is ready.');
  need('failed', 'No status means that the job has failed: a failing job would end as an unknown status. List what the API says then.');
  need('running', 'No status means that the job is still running: the first poll before the end would be an unknown status. List what the API says meanwhile.');
  return findings;
};

/** The comparison is exact: two spellings in two lists are hardly meant. */
export const statusSpellings: LintRule = ({ retriever }) => {
  const mapping = objectAt(retriever, 'status_mapping');
  const spellings = new Map<string, { list: string; value: string }>();
  const findings: Finding[] = [];
  for (const list of LISTS) {
    for (const [index, value] of textsAt(mapping, list).entries()) {
      const key = value.trim().toLowerCase();
      const other = spellings.get(key);
      if (value !== value.trim()) {
        findings.push(warning('status_with_spaces', [...MAPPING, list, index], `${JSON.stringify(value)} has spaces around it; statuses are compared exactly.`));
      } else if (other && other.list !== list && other.value !== value) {
        findings.push(warning('status_case', [...MAPPING, list, index], `"${value}" stands here and "${other.value}" in ${other.list}. Statuses are compared exactly, upper and lower case differ: list each spelling where it belongs.`));
      }
      if (!other) spellings.set(key, { list, value });
    }
  }
  return findings;
};

/** Values that no test has met may be misspelt. */
export const statusesNeverSeen: LintRule = ({ retriever, seenStatuses }) => {
  if (!seenStatuses || seenStatuses.size === 0) return [];
  const mapping = objectAt(retriever, 'status_mapping');
  return LISTS.flatMap((list) =>
    textsAt(mapping, list).flatMap((value, index) =>
      seenStatuses.has(value) ? [] : info('status_never_seen', [...MAPPING, list, index], `No test has seen the status "${value}" yet. Compare it with the API's documentation.`),
    ),
  );
};

/** An empty path finds the whole answer, never a status. */
export const statusPath: LintRule = ({ retriever }) => {
  const extractor = objectAt(retriever, 'status_extractor');
  if (extractor?.type !== 'DpathExtractor' || textsAt(extractor, 'field_path').length > 0) return [];
  return [warning('no_status_path', ['retriever', 'status_extractor', 'field_path'], 'The path to the status is empty, so the whole answer is compared with the status mapping. Say where the status stands.')];
};
