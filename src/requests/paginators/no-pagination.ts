import { defineComponent } from '../../manifest/define-component';
import type { Paginator, PageState } from './paginator';

/** One page only. */
export class NoPagination implements Paginator {
  readonly hasPages = false;
  readonly readsResponse = false;

  first(): PageState {
    return { token: undefined };
  }

  next(): undefined {
    return undefined;
  }

  requestOptions(): Record<string, never> {
    return {};
  }
}

export const noPagination = defineComponent({
  kind: 'Paginator',
  type: 'NoPagination',
  title: 'No pagination',
  description: 'The API answers with everything at once: one request a slice.',
  fields: {},
  examples: [{ type: 'NoPagination' }],
  build: () => new NoPagination(),
});
