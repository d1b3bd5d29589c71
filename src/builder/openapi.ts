import { apiSchemas, type ApiSchema, type ApiSchemaName } from './api-schemas';
import { OPERATIONS, type Operation } from './operations';

/** The description of the HTTP API, made from what requests are checked against. */
export function openApiDocument(version: string): object {
  const paths: Record<string, object> = {};
  for (const operation of Object.values<Operation>(OPERATIONS)) paths[operation.path] = { [operation.method]: describe(operation) };
  return {
    openapi: '3.1.0',
    info: { title: 'source-async-jobs: manifest server', description: 'Runs and tests declarative manifests.', version },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries<ApiSchema>(apiSchemas).map(([name, schema]) => [name, { title: name, ...schema }])),
      securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function describe({ operationId, summary, tag, request, response }: Operation): object {
  const answer = (description: string, schema: ApiSchemaName) => ({ description, ...json(schema) });
  return {
    operationId,
    summary,
    tags: [tag],
    ...(request ? { requestBody: { required: true, ...json(request) }, security: [{ HTTPBearer: [] }] } : {}),
    responses: {
      200: answer('Done.', response),
      ...(request
        ? {
            400: answer('The manifest or the config cannot be used, or the run failed.', 'ErrorResponse'),
            401: answer('The bearer token is missing or wrong.', 'ErrorResponse'),
            413: answer('The request is too large.', 'ErrorResponse'),
            422: answer('The request has another shape.', 'ValidationErrorResponse'),
            503: answer('Too many runs at once.', 'ErrorResponse'),
          }
        : {}),
    },
  };
}

function json(schema: ApiSchemaName): object {
  return { content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}
