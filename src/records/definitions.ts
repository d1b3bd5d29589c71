import type { AnyComponentDefinition } from '../manifest/define-component';
import { recordSelector } from './default-record-selector';
import { combinedExtractor } from './extractors/combined-extractor';
import { dpathExtractor } from './extractors/dpath-extractor';
import { jsonPathExtractor } from './extractors/json-path-extractor';
import { parentFieldPath } from './extractors/parent-field-path';
import { recordExpander } from './extractors/record-expander';
import { responseToFileExtractor } from './extractors/response-to-file-extractor';
import { jsonSchemaPropertySelector } from './json-schema-property-selector';
import { recordFilter } from './record-filter';
import { fileUploader } from './requested-file-uploader';
import { complexFieldType } from './schema/complex-field-type';
import { dynamicSchemaLoader } from './schema/dynamic-schema-loader';
import { inlineSchemaLoader } from './schema/inline-schema-loader';
import { jsonFileSchemaLoader } from './schema/json-file-schema-loader';
import { schemaTypeIdentifier } from './schema/schema-type-identifier';
import { typesMap } from './schema/types-map';
import { addFields } from './transformations/add-fields';
import { addedFieldDefinition } from './transformations/added-field-definition';
import { dpathFlattenFields } from './transformations/dpath-flatten-fields';
import { flattenFields } from './transformations/flatten-fields';
import { keyTransformation } from './transformations/key-transformation';
import { keysReplace } from './transformations/keys-replace';
import { keysToLower } from './transformations/keys-to-lower';
import { keysToSnakeCase } from './transformations/keys-to-snake-case';
import { removeFields } from './transformations/remove-fields';

/** Every component that this room offers to manifests. */
export const recordsDefinitions: readonly AnyComponentDefinition[] = [
  recordSelector,
  dpathExtractor,
  combinedExtractor,
  jsonPathExtractor,
  responseToFileExtractor,
  recordExpander,
  parentFieldPath,
  recordFilter,
  addFields,
  addedFieldDefinition,
  removeFields,
  keysToLower,
  keysToSnakeCase,
  keysReplace,
  flattenFields,
  dpathFlattenFields,
  keyTransformation,
  inlineSchemaLoader,
  jsonFileSchemaLoader,
  dynamicSchemaLoader,
  schemaTypeIdentifier,
  typesMap,
  complexFieldType,
  jsonSchemaPropertySelector,
  fileUploader,
];
