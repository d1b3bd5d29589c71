import { DAILY } from './interrupted-sync';
import type { FilePlan } from '../reporting_api/api-description';
import type { Scenario } from '../support/scenario';

/** Enough for several batches of finished lines (256 KB) a file. */
const ROWS_A_DAY = 9_000;
const PARTS = 2;
const DAYS = ['2024-01-01', '2024-01-02'];
const NOTE = 'x'.repeat(60);

export const EVERY_ID = DAYS.flatMap((day) => Array.from({ length: ROWS_A_DAY }, (_, row) => `${day}#${row + 1}`)).sort();
/** Checkpoints come often. */
export const CHECKPOINTS = { SOURCE_CHECKPOINT_ROWS: '1000' };

type Base = Omit<Scenario, 'name' | 'description' | 'expect'>;

/** Two jobs of two files each. Without a cursor the days are partitions, and rows go through as finished lines. */
export function largeDownloads(more: { file?: Partial<FilePlan>; download?: object; decoder?: object; isFullRefresh?: boolean }): Base {
  const file = { format: 'csv', rows: { count: ROWS_A_DAY, columns: ['id', 'name'], awkward: true, add: { day: '{body.start}', note: NOTE } }, ...more.file };
  return {
    job: { create: { body: { id: '{id}' } }, statuses: ['pending', 'ready'], download: { parts: PARTS, file: { text: null, ...file }, ...more.download } },
    retriever: {
      ...DAILY.retriever,
      download_decoder: more.decoder ?? { type: 'CsvDecoder' },
      ...(more.isFullRefresh ? { partition_router: { type: 'ListPartitionRouter', cursor_field: 'start_time', values: DAYS } } : {}),
    },
    stream: more.isFullRefresh ? {} : { incremental_sync: { ...(DAILY.stream!.incremental_sync as object), end_datetime: '2024-01-03' } },
    manifest: { max_concurrent_async_job_count: 2 },
    syncMode: more.isFullRefresh ? 'full_refresh' : 'incremental',
    env: CHECKPOINTS,
  };
}
