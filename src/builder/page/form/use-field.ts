import type { JsonValue } from '../../../protocol/json';
import type { Finding } from '../../page-contract';
import type { Path } from '../document';
import { findingsWithin, isWithin } from '../findings';
import { usePage } from '../page-context';
import { locate } from '../references';

export interface Field {
  id: string;
  /** `manifest.streams.0.retriever…`, for tests and for jumping to the field. */
  fieldPath: string;
  value: JsonValue | undefined;
  findings: Finding[];
  set(value: JsonValue | undefined): void;
}

/** A place of the manifest as a field. `deep`: findings inside of the value are shown here, too. */
export function useField(path: Path, deep = true): Field {
  const { state } = usePage();
  const place = locate(state.model.value, path);
  const of = (start: Path) => findingsWithin(state.findings.value, start).filter((finding) => deep || isWithin(start, finding.path));
  return {
    id: idOf(path),
    fieldPath: ['manifest', ...path].join('.'),
    value: state.read(path),
    findings: [...new Set([...of(path), ...of(place)])],
    set: (value) => state.setAt(path, value),
  };
}

export function idOf(path: Path): string {
  return `field-${path.map((key) => encodeURIComponent(String(key))).join('-')}`;
}
