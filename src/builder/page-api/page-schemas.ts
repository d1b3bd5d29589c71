import type { ApiSchema } from '../api-schemas';

const text: ApiSchema = { type: 'string' };
const anyObject: ApiSchema = { type: 'object', additionalProperties: true };
const limit = (maximum: number): ApiSchema => ({ type: 'integer', minimum: 1, maximum });

/** The bodies that the page sends, as in `page-contract.ts`. */
export const pageSchemas = {
  SaveManifest: { type: 'object', properties: { text, version: { anyOf: [text, { type: 'null' }] }, file: text }, required: ['text', 'version'] },
  SaveInputs: { type: 'object', properties: { values: anyObject, keep: { type: 'boolean' }, text }, required: ['values', 'keep'] },
  LintRequest: { type: 'object', properties: { text }, required: ['text'] },
  PreviewRequest: {
    type: 'object',
    properties: {
      text,
      streamName: text,
      template: text,
      path: { type: 'array', items: text },
      testId: text,
      place: { type: 'string', enum: ['creation', 'polling', 'download_target', 'download', 'other'] },
    },
    required: ['text', 'streamName', 'place'],
  },
  TestRequest: {
    type: 'object',
    properties: {
      text,
      streamName: text,
      limits: { type: 'object', properties: { records: limit(5000), pages: limit(20), slices: limit(20) }, required: ['records', 'pages', 'slices'] },
      state: { type: 'array', items: {} },
      mode: { type: 'object', properties: { kind: { type: 'string', enum: ['live', 'record', 'replay'] }, cassette: text }, required: ['kind'] },
      pollEverySeconds: { type: 'number', minimum: 0.01, maximum: 3600 },
    },
    required: ['text', 'streamName', 'limits', 'mode'],
  },
} satisfies Readonly<Record<string, ApiSchema>>;
