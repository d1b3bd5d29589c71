import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { ApiDescription } from './api-description';

/** Reads an `api.yaml` (JSON is YAML, too). */
export function loadDescription(path: string): ApiDescription {
  return parse(readFileSync(path, 'utf8')) as ApiDescription;
}
