import { customComponentDefinitions } from './manifest/custom-component-definitions';
import type { AnyComponentDefinition } from './manifest/define-component';
import { connectorDefinitions } from './connector/definitions';
import { decodeDefinitions } from './decode/definitions';
import { recordsDefinitions } from './records/definitions';
import { requestsDefinitions } from './requests/definitions';
import { slicesDefinitions } from './slices/definitions';
import { streamsDefinitions } from './streams/definitions';

/** The open list of every component definition: what is not here does not exist in a manifest. */
export const componentDefinitions: readonly AnyComponentDefinition[] = [
  ...slicesDefinitions,
  ...requestsDefinitions,
  ...decodeDefinitions,
  ...recordsDefinitions,
  ...streamsDefinitions,
  ...connectorDefinitions,
  ...customComponentDefinitions,
];
