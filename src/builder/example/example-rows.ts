import type { JsonObject } from '../../protocol/json';

const FIRST_NAMES = ['Ada', 'Alan', 'Barbara', 'Donald', 'Edsger', 'Frances', 'Grace', 'John', 'Katherine', 'Radia'];
const COUNTRIES = ['DE', 'FR', 'GB', 'NL', 'US'];
const COLUMNS = ['CONTACT_ID', 'EMAIL', 'FIRST_NAME', 'COUNTRY', 'CREATED_AT'] as const;

/** Contacts from the `first`-th on, the same ones each time. */
export function exampleRows(first: number, count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index + 1;
    const name = FIRST_NAMES[number % FIRST_NAMES.length]!;
    return {
      CONTACT_ID: `c-${String(number).padStart(4, '0')}`,
      EMAIL: `${name.toLowerCase()}.${number}@example.com`,
      FIRST_NAME: name,
      COUNTRY: COUNTRIES[number % COUNTRIES.length]!,
      CREATED_AT: `2024-03-${String((number % 28) + 1).padStart(2, '0')}T12:00:00Z`,
    };
  });
}

export function exampleCsv(first: number, count: number): string {
  return [COLUMNS.join(','), ...exampleRows(first, count).map((row) => COLUMNS.map((name) => String(row[name])).join(','))].join('\r\n') + '\r\n';
}
