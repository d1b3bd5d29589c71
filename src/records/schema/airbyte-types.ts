import type { JsonObject } from '../../protocol/json';

const text = (more: JsonObject = {}): JsonObject => ({ type: ['null', 'string'], ...more });

/** The schema of each type name of the platform (reference section 10.3). */
const AIRBYTE_TYPES: ReadonlyMap<string, () => JsonObject> = new Map([
  ['string', () => text()],
  ['date', () => text({ format: 'date' })],
  ['timestamp_with_timezone', () => text({ format: 'date-time' })],
  ['timestamp_without_timezone', () => text({ format: 'date-time', airbyte_type: 'timestamp_without_timezone' })],
  ['time_with_timezone', () => text({ format: 'time', airbyte_type: 'time_with_timezone' })],
  ['time_without_timezone', () => text({ format: 'time', airbyte_type: 'time_without_timezone' })],
  ...['boolean', 'integer', 'number', 'array', 'object'].map((type) => [type, () => ({ type: ['null', type] })] as [string, () => JsonObject]),
]);

export const airbyteTypeNames: readonly string[] = [...AIRBYTE_TYPES.keys()];

/** A schema of its own for the caller to change; undefined for a name that is no type. */
export function airbyteType(name: string): JsonObject | undefined {
  return AIRBYTE_TYPES.get(name)?.();
}
