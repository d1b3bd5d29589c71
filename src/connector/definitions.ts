import type { AnyComponentDefinition } from '../manifest/define-component';
import { checkDynamicStream, checkStream, dynamicStreamCheckConfig } from './checks/check-stream';
import { configAddFields } from './config-rules/config-add-fields';
import { configRemapField } from './config-rules/config-remap-field';
import { configRemoveFields } from './config-rules/config-remove-fields';
import { dpathValidator } from './config-rules/dpath-validator';
import { predicateValidator } from './config-rules/predicate-validator';
import { validateAdheresToSchema } from './config-rules/validate-adheres-to-schema';
import { componentMappingDefinition } from './dynamic-streams/component-mapping';
import { configComponentsResolver, streamConfig } from './dynamic-streams/config-components-resolver';
import { httpComponentsResolver } from './dynamic-streams/http-components-resolver';
import { parametrizedComponentsResolver, streamParametersDefinition } from './dynamic-streams/parametrized-components-resolver';
import { blockSimultaneousSyncsAction, concurrencyLevel, conditionalStreams, declarativeSource, dynamicDeclarativeStream, streamGroup } from './source-definition';
import { authFlow, configMigration, specDefinition } from './spec';

/** Every component that this room offers to manifests. */
export const connectorDefinitions: readonly AnyComponentDefinition[] = [
  declarativeSource,
  conditionalStreams,
  dynamicDeclarativeStream,
  streamGroup,
  blockSimultaneousSyncsAction,
  concurrencyLevel,
  specDefinition,
  authFlow,
  configMigration,
  checkStream,
  dynamicStreamCheckConfig,
  checkDynamicStream,
  configAddFields,
  configRemoveFields,
  configRemapField,
  dpathValidator,
  predicateValidator,
  validateAdheresToSchema,
  componentMappingDefinition,
  httpComponentsResolver,
  configComponentsResolver,
  streamConfig,
  parametrizedComponentsResolver,
  streamParametersDefinition,
];
