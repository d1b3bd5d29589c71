import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';

/** When a slice is read from its first page again, and from where. */
export interface PaginationReset {
  /** Go on from the newest record that was read, when the cursor can tell; else the whole slice again. */
  splitsUsingCursor: boolean;
  /** Records after which the pages start again; undefined: only when an error handler says RESET_PAGINATION. */
  maxRecords: number | undefined;
}

export interface PaginationResetLimits {
  numberOfRecords: number | undefined;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    PaginationReset: PaginationReset;
    PaginationResetLimits: PaginationResetLimits;
  }
}

export const paginationReset = defineComponent({
  kind: 'PaginationReset',
  type: 'PaginationReset',
  title: 'Pagination reset',
  description:
    'For APIs that give no more than so many pages of one query. When the limit is reached, or an error handler says RESET_PAGINATION, the slice starts at its first page again: from the newest record on with SPLIT_USING_CURSOR (records must then come in ascending order), unchanged with RESET.',
  fields: {
    action: required(field.string({ description: 'Where the reading starts again.', enum: ['SPLIT_USING_CURSOR', 'RESET'] })),
    limits: field.component('PaginationResetLimits', { description: 'Limits that trigger the reset.' }),
  },
  examples: [
    { type: 'PaginationReset', action: 'RESET' },
    { type: 'PaginationReset', action: 'SPLIT_USING_CURSOR', limits: { type: 'PaginationResetLimits', number_of_records: 10000 } },
  ],
  build: (props) => ({ splitsUsingCursor: props.action === 'SPLIT_USING_CURSOR', maxRecords: props.limits?.numberOfRecords }),
});

export const paginationResetLimits = defineComponent({
  kind: 'PaginationResetLimits',
  type: 'PaginationResetLimits',
  title: 'Pagination reset limits',
  description: 'Limits that trigger a pagination reset. Not together with a record filter.',
  fields: {
    number_of_records: field.integer({ description: 'Records that one series of pages may give.', examples: [10000] }),
  },
  examples: [{ type: 'PaginationResetLimits', number_of_records: 10000 }],
  build: (props) => ({ numberOfRecords: props.number_of_records }),
});
