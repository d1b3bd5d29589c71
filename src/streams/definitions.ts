import type { AnyComponentDefinition } from '../manifest/define-component';
import { asyncJobStatusMap } from '../jobs/async-job-status-map';
import { asyncRetriever } from './async-retriever-definition';
import { declarativeStream } from './declarative-stream';
import { pageSizeReduction } from './page-size-reduction';
import { paginationReset, paginationResetLimits } from './pagination-reset';
import { requestWindowSplitting } from './request-window-splitting';
import { simpleRetriever } from './simple-retriever';
import { stateDelegatingStream } from './state-delegating-stream';

/** Every component that this room offers to manifests. */
export const streamsDefinitions: readonly AnyComponentDefinition[] = [
  declarativeStream,
  stateDelegatingStream,
  simpleRetriever,
  asyncRetriever,
  asyncJobStatusMap,
  pageSizeReduction,
  paginationReset,
  paginationResetLimits,
  requestWindowSplitting,
];
