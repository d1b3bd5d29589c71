import type { JsonObject } from '../protocol/json';

export interface SchemaLoader {
  load(): Promise<JsonObject>;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    SchemaLoader: SchemaLoader;
  }
}
