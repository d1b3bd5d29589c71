import type { JsonObject } from '../protocol/json';
import type { Runtime } from '../platform/runtime';
import type { ComponentKinds, Kind } from './kinds';

/** What a component's `build` may use besides its own properties. */
export interface BuildContext {
  /** The user's config, after migrations and transformations. Live: a token refresh may change it. */
  readonly config: JsonObject;
  /** The `$parameters` in force for this component. */
  readonly parameters: JsonObject;
  /** Where the component stands in the manifest, e.g. `streams[0] (orders).retriever.decoder`; for error messages. */
  readonly path: string;
  /** The stream that the component belongs to, or undefined (login requests, schema-free components). */
  readonly streamName: string | undefined;
  /** True inside a stream that is built as the parent of a substream. */
  readonly isParent: boolean;
  /** What the component is for in its parent, e.g. `job creation`. */
  readonly role: string | undefined;
  /** `url_base` (or `url`) of the requester that the component belongs to, as written: for logins relative to it. */
  readonly urlBase?: string;
  readonly runtime: Runtime;
  /** Builds a component from its model (an object with `type`). */
  build<K extends Kind>(kind: K | readonly K[], model: JsonObject, more?: Partial<BuildContext>): ComponentKinds[K];
}
