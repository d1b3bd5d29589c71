import { defineComponent } from '../../manifest/define-component';

/** Marks a page token that is the address of the next page: it replaces the path, an absolute URL replaces everything. */
export class RequestPath {
  readonly injectInto = 'path';
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    RequestPath: RequestPath;
  }
}

export const requestPath = defineComponent({
  kind: 'RequestPath',
  type: 'RequestPath',
  title: 'Request path',
  description: 'The page token is the path or the complete URL of the next page.',
  fields: {},
  examples: [{ type: 'RequestPath' }],
  build: () => new RequestPath(),
});
