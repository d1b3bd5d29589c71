import type { RowPlan } from './api-description';
import { fill } from './fill-template';

export type Row = Record<string, unknown>;

const NAMES = ['id', 'name', 'email', 'amount', 'created_at'];
const AWKWARD = ['plain', 'comma, inside', 'quote " inside', 'line\nbreak', 'Žluťoučký kůň 馬 🐎', '007', '', ' spaces ', "it's", '1.10'];

/** The same plan gives the same rows, always. `variables` fill `count` and `add`. */
export function makeRows(plan: RowPlan, variables: Record<string, unknown>): Row[] {
  const count = Number(fill(plan.count, variables) ?? 0);
  const columns = Array.isArray(plan.columns) ? plan.columns : columnNames(plan.columns ?? NAMES.length);
  const added = (fill(plan.add ?? {}, variables) ?? {}) as Row;
  const first = plan.from ?? 1;
  return Array.from({ length: count }, (_, index) => {
    const id = first + index;
    const row: Row = {};
    for (const column of columns) row[column] = cell(column, id, plan.awkward ?? false);
    return { ...row, ...added };
  });
}

function columnNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => NAMES[index] ?? `column_${index + 1}`);
}

function cell(column: string, id: number, awkward: boolean): unknown {
  switch (column.toLowerCase()) {
    case 'id':
      return id;
    case 'name':
      return awkward ? AWKWARD[id % AWKWARD.length] : `Name ${id}`;
    case 'email':
      return `person${id}@example.com`;
    case 'amount':
      return (id * 7919) % 10007 / 100;
    case 'created_at':
      return new Date(Date.UTC(2024, 0, 1) + id * 3_600_000).toISOString();
    default:
      return `${column}-${id}`;
  }
}
