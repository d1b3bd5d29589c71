import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import type { TestPhase } from '../../page-contract';

/** A field of the stream that a click on a value in an answer can fill. */
export interface PathTarget {
  label: 'Status Extractor' | 'Download Target Extractor' | 'Download Extractor' | 'Record Selector';
  /** From the stream to the extractor. */
  at: string[];
}

const STATUS: PathTarget = { label: 'Status Extractor', at: ['retriever', 'status_extractor'] };
const TARGET: PathTarget = { label: 'Download Target Extractor', at: ['retriever', 'download_target_extractor'] };
const DOWNLOAD: PathTarget = { label: 'Download Extractor', at: ['retriever', 'download_extractor'] };
const RECORDS: PathTarget = { label: 'Record Selector', at: ['retriever', 'record_selector', 'extractor'] };

/** Which fields the values of an answer can fill. */
export function pathTargets(isAsync: boolean, phase: TestPhase | null): PathTarget[] {
  if (!isAsync) return [RECORDS];
  if (phase === 'polling') return [STATUS, TARGET];
  if (phase === 'download_target') return [TARGET];
  return phase === 'download' ? [RECORDS, DOWNLOAD] : [];
}

/**
 * The field path that makes `target` find what was clicked. Items of lists are meant as a whole for download targets (`*`: one
 * download each); for records the path ends at the list, whose items are the records.
 *
 * @param path of the value in the answer
 */
export function fieldPath(target: PathTarget, path: readonly (string | number)[], value: JsonValue): string[] {
  if (target === STATUS) return path.map(String);
  if (target === TARGET) return path.map((key) => (typeof key === 'number' ? '*' : key));
  const list = path.findIndex((key) => typeof key === 'number');
  if (list >= 0) return path.slice(0, list).map(String);
  // A value that is no container belongs to a record.
  return (isObject(value) || Array.isArray(value) ? path : path.slice(0, -1)).map(String);
}

export function extractorWith(fieldPathOfIt: string[]): JsonObject {
  return { type: 'DpathExtractor', field_path: fieldPathOfIt };
}

/** How a template reaches a value, e.g. `{{ creation_response['id'] }}`. */
export function templateFor(variable: string, path: readonly (string | number)[]): string {
  return `{{ ${variable}${path.map((key) => (typeof key === 'number' ? `[${key}]` : `['${key.replace(/[\\']/g, '\\$&')}']`)).join('')} }}`;
}
