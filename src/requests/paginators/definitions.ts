import type { AnyComponentDefinition } from '../../manifest/define-component';
import { cursorPagination } from './cursor-pagination';
import { defaultPaginator } from './default-paginator';
import { noPagination } from './no-pagination';
import { offsetIncrement } from './offset-increment';
import { pageIncrement } from './page-increment';
import { requestPath } from './request-path';

export const paginatorDefinitions: readonly AnyComponentDefinition[] = [
  defaultPaginator,
  noPagination,
  cursorPagination,
  offsetIncrement,
  pageIncrement,
  requestPath,
];
