import type { AnyComponentDefinition } from '../manifest/define-component';
import { apiBudgetDefinitions } from './api-budget/definitions';
import { authenticatorDefinitions } from './authenticators/definitions';
import { backoffDefinitions } from './backoff/definitions';
import { errorHandlerDefinitions } from './error-handlers/definitions';
import { httpRequesterDefinition } from './http-requester-definition';
import { paginatorDefinitions } from './paginators/definitions';
import { queryPropertiesDefinitions } from './query-properties/definitions';
import { requestBodyDefinitions } from './request-body/definitions';

/** Every component that this room offers to manifests. */
export const requestsDefinitions: readonly AnyComponentDefinition[] = [
  httpRequesterDefinition,
  ...requestBodyDefinitions,
  ...errorHandlerDefinitions,
  ...backoffDefinitions,
  ...apiBudgetDefinitions,
  ...authenticatorDefinitions,
  ...paginatorDefinitions,
  ...queryPropertiesDefinitions,
];
