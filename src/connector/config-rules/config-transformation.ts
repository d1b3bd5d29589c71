import type { JsonObject } from '../../protocol/json';

/** One step that changes a config in place. */
export interface ConfigTransformation {
  transform(config: JsonObject): void;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ConfigTransformation: ConfigTransformation;
  }
}
