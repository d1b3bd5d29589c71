import type { AnyComponentDefinition } from './define-component';
import { field, required } from './field';
import { CustomComponents } from './custom-components';
import type { Kind } from './kinds';

/** The `Custom…` types of the language and the kind of component that each one stands for. */
const CUSTOM_TYPES: Readonly<Record<string, Kind>> = {
  CustomAuthenticator: 'Authenticator',
  CustomBackoffStrategy: 'BackoffStrategy',
  CustomConfigTransformation: 'ConfigTransformation',
  CustomDecoder: 'Decoder',
  CustomErrorHandler: 'ErrorHandler',
  CustomPaginationStrategy: 'PaginationStrategy',
  CustomPartitionRouter: 'PartitionRouter',
  CustomRecordExtractor: 'RecordExtractor',
  CustomRecordFilter: 'RecordFilter',
  CustomRequester: 'Requester',
  CustomRetriever: 'Retriever',
  CustomSchemaLoader: 'SchemaLoader',
  CustomSchemaNormalization: 'SchemaNormalization',
  CustomStateMigration: 'StateMigration',
  CustomTransformation: 'RecordTransformation',
  CustomValidationStrategy: 'ValidationStrategy',
};

/** One definition a custom type; all work alike. */
export const customComponentDefinitions: readonly AnyComponentDefinition[] = Object.entries(CUSTOM_TYPES).map(([type, kind]) => ({
  kind,
  type,
  title: `Custom ${kind}`,
  description: `A ${kind} of your own: a JavaScript function or class of the module given with --components-path, found by the last part of class_name.`,
  fields: {
    class_name: required(field.string({ description: 'e.g. `source_declarative_manifest.components.MyComponent`: the export MyComponent.' })),
  },
  open: true,
  examples: [],
  build: (_props, ctx, model) => ctx.runtime.shared('customComponents', () => CustomComponents.none).create(kind, model, ctx) as never,
}));
