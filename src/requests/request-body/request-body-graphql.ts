import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isObject } from '../../protocol/json';

export const requestBodyGraphQl = defineComponent({
  kind: 'RequestBody',
  type: 'RequestBodyGraphQL',
  title: 'GraphQL body',
  description: 'A GraphQL query sent as a JSON object with the key `query`; further keys (variables, operationName) go along. Write `{` and `}` as usual; only doubled braces are templates.',
  fields: {
    value: required(
      field.templateJson({
        accepts: ['object'],
        title: 'Value',
        description: 'An object with `query` and, if needed, `variables` and others.',
        examples: [{ query: 'query { orders { id } }' }],
      }),
    ),
  },
  examples: [{ type: 'RequestBodyGraphQL', value: { query: 'query($n: Int) { orders(first: $n) { id } }', variables: { n: 100 } } }],
  build: ({ value }, ctx) => {
    if (!isObject(value.source) || typeof value.source.query !== 'string') {
      throw ConnectorError.config('manifest.invalid', `${ctx.path}.value.query must be a text: the GraphQL query.`);
    }
    return { form: 'json' as const, template: value };
  },
});
