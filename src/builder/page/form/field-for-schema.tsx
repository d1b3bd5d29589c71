import { AuthenticationField } from '../inputs/authentication-field';
import { BooleanField, ChoiceField, NumberField, TextField } from './basic-fields';
import { ComponentField } from './component-field';
import { EitherField } from './either-field';
import { JsonField } from './json-field';
import { ListField } from './list-field';
import { MembersField } from './members-field';
import { ObjectField } from './object-field';
import { PairsField } from './pairs-field';
import { PrimaryKeyField } from './primary-key-field';
import type { SchemaFieldProps } from './schema-field';
import { shapeOf, type Shape } from './shape';
import { StreamReferenceField } from './stream-reference-field';
import { TagField } from './tag-field';

/** Where the schema alone does not say how a value is best entered. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'RequestBodyUrlEncodedForm.value': { kind: 'pairs', templated: false },
  'RequestBodyGraphQL.value': {
    kind: 'object',
    schema: { properties: { query: { type: 'string', description: 'The query, as it would be typed into the API\'s explorer.' }, variables: { type: 'object' } }, required: ['query'] },
  },
  'HttpRequester.request_body_json': { kind: 'json' },
  'OAuthAuthenticator.refresh_request_body': { kind: 'pairs', templated: false },
  'OAuthAuthenticator.refresh_request_headers': { kind: 'pairs', templated: false },
};
/** Components that stand for their absence, and what the choice calls it. */
const ABSENT: Readonly<Record<string, { noneLabel: string; hiddenType?: string }>> = {
  'AsyncRetriever.decoder': { noneLabel: 'JSON', hiddenType: 'JsonDecoder' },
  'AsyncRetriever.download_decoder': { noneLabel: 'JSON', hiddenType: 'JsonDecoder' },
  'SimpleRetriever.decoder': { noneLabel: 'JSON', hiddenType: 'JsonDecoder' },
  'SimpleRetriever.paginator': { noneLabel: 'No Pagination', hiddenType: 'NoPagination' },
  'AsyncRetriever.download_paginator': { noneLabel: 'No Pagination', hiddenType: 'NoPagination' },
};
const MULTILINE = new Set(['RequestBodyPlainText.value', 'RequestBodyGraphQL.value.query', 'JwtAuthenticator.secret_key', 'DeclarativeSource.description']);
const PATHS = /\.(field_path|cursor_path|session_token_path|expand_records_from_field|schema_pointer|token_path)$/;

/** Chooses the field for a property by the shape of its value. */
export function FieldForSchema({ path, label, schema, field, hint, isRequired }: SchemaFieldProps) {
  const shape = SHAPES[field] ?? shapeOf(schema);
  const shared = { path, label, schema, isRequired, ...(hint !== undefined && { hint }) };
  if (field === 'HttpRequester.authenticator') return <AuthenticationField path={path} schema={schema} label={label} />;
  if (field === 'DeclarativeStream.primary_key') return <PrimaryKeyField {...shared} />;
  switch (shape.kind) {
    case 'text':
      return <TextField {...shared} isMultiline={MULTILINE.has(field)} />;
    case 'number':
      return <NumberField {...shared} isInteger={shape.isInteger} templated={shape.templated} />;
    case 'boolean':
      return <BooleanField {...shared} />;
    case 'choice':
      return <ChoiceField {...shared} options={shape.options} />;
    case 'tags':
      return <TagField {...shared} isNumeric={shape.isNumeric} isPath={PATHS.test(field)} />;
    case 'pairs':
      return <PairsField {...shared} templated={shape.templated} />;
    case 'json':
      return <JsonField {...shared} accepts={schema.type === 'object' ? 'object' : 'any'} />;
    case 'component':
      return field === 'ParentStreamConfig.stream' ? <StreamReferenceField {...shared} types={shape.types} field={field} /> : <ComponentField {...shared} {...ABSENT[field]} types={shape.types} field={field} />;
    case 'object':
      return <ObjectField {...shared} shape={shape} field={field} />;
    case 'list':
      return <ListField {...shared} item={shape.item} field={field} />;
    case 'members':
      return <MembersField {...shared} item={shape.item} field={field} />;
    case 'either':
      return <EitherField {...shared} options={shape.options} field={field} />;
  }
}
