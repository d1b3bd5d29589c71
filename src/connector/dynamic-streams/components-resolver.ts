import type { JsonObject } from '../../protocol/json';

/** Makes the models of many streams out of one template. */
export interface ComponentsResolver {
  resolve(template: JsonObject): AsyncIterable<JsonObject>;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ComponentsResolver: ComponentsResolver;
  }
}
