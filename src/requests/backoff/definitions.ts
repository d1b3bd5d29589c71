import type { AnyComponentDefinition } from '../../manifest/define-component';
import { constantBackoffStrategy } from './constant-backoff-strategy';
import { exponentialBackoffStrategy } from './exponential-backoff-strategy';
import { waitTimeFromHeader } from './wait-time-from-header';
import { waitTimeFromResponse } from './wait-time-from-response';
import { waitUntilTimeFromHeader } from './wait-until-time-from-header';

export const backoffDefinitions: readonly AnyComponentDefinition[] = [
  constantBackoffStrategy,
  exponentialBackoffStrategy,
  waitTimeFromHeader,
  waitUntilTimeFromHeader,
  waitTimeFromResponse,
];
