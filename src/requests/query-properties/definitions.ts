import type { AnyComponentDefinition } from '../../manifest/define-component';
import { groupByKeyMergeStrategy } from './group-by-key-merge-strategy';
import { propertiesFromEndpoint } from './properties-from-endpoint';
import { propertyChunking } from './property-chunking';
import { queryProperties } from './query-properties';

export const queryPropertiesDefinitions: readonly AnyComponentDefinition[] = [
  queryProperties,
  propertiesFromEndpoint,
  propertyChunking,
  groupByKeyMergeStrategy,
];
