import { isObject, type JsonObject } from '../../../protocol/json';
import type { PageState } from '../state';
import { readSettings, type TestSettings } from './test-settings';

/** A reason why a test cannot be run yet, and where a person puts it right. */
export interface Blocker {
  message: string;
  place: { kind: 'yaml' } | { kind: 'inputs' } | { kind: 'settings' } | { kind: 'field'; path: readonly (string | number)[] };
}

/** What must be put right before the selected stream can be tested; the first one is where to begin. */
export function blockers(page: PageState, settings: TestSettings): Blocker[] {
  const { problem } = page.manifest.value;
  if (problem) return [{ message: `The YAML cannot be read: ${problem.message} (line ${problem.line}).`, place: { kind: 'yaml' } }];
  const own = page.streamIndex.value;
  const ofOthers = (path: readonly (string | number)[]) => path[0] === 'streams' && typeof path[1] === 'number' && path[1] !== own;
  const wrong = page.findings.value.filter(({ severity, path }) => severity === 'error' && !ofOthers(path));
  return [
    ...wrong.map(({ message, path }): Blocker => ({ message, place: { kind: 'field', path } })),
    ...missingInputs(page.model.value, page.inputs.value).map((title): Blocker => ({ message: `The input ${title} has no value.`, place: { kind: 'inputs' } })),
    ...Object.values(readSettings(settings).problems).map((message): Blocker => ({ message, place: { kind: 'settings' } })),
  ];
}

/** Titles of required inputs without a value. */
export function missingInputs(manifest: JsonObject, known: { values: JsonObject; secretsSet: readonly string[] }): string[] {
  const { spec } = manifest;
  const form = isObject(spec) ? spec.connection_specification : undefined;
  if (!isObject(form) || !Array.isArray(form.required)) return [];
  const properties = isObject(form.properties) ? form.properties : {};
  return form.required
    .filter((name): name is string => typeof name === 'string' && isObject(properties[name]) && properties[name].default === undefined)
    .filter((name) => (known.values[name] ?? '') === '' && !known.secretsSet.includes(name))
    .map((name) => String((properties[name] as JsonObject).title ?? name));
}
