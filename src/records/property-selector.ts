import type { JsonObject } from '../protocol/json';

/** Which properties of a stream are worth asking the API for. */
export interface PropertySelector {
  /** The names of the properties that the user selected; undefined without a catalog (check, discover): all are wanted. */
  select(): ReadonlySet<string> | undefined;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    PropertySelector: PropertySelector;
  }
}

declare module '../platform/runtime' {
  interface SharedServices {
    /** The JSON schemas of the configured catalog by stream name; whoever reads the catalog fills it. */
    configuredSchemas: Map<string, JsonObject>;
  }
}
