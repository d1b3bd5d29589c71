import type { JsonObject } from '../protocol/json';
import type { BuildContext } from './build-context';
import type { FieldMap, Props } from './field';
import type { ComponentKinds, Kind } from './kinds';

/**
 * A component, said once: JSON Schema, TypeScript types, documentation, examples, forms and constructor come from here.
 */
export interface ComponentDefinition<K extends Kind = Kind, F extends FieldMap = FieldMap> {
  readonly kind: K;
  /** The value of `type` in a manifest: the CDK's name. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly fields: F;
  /** Complete models; specs validate and build each one. */
  readonly examples: readonly JsonObject[];
  /** Unknown properties are its own business (custom components). */
  readonly open?: boolean;
  /** Ours: the reference has no such component. */
  readonly extension?: boolean;
  /** A manifest may leave out `type`, because only this component can stand in its place. */
  readonly typeOptional?: boolean;
  /** What the children's context differs in, e.g. the stream's name. */
  readonly childContext?: (model: JsonObject, ctx: BuildContext) => Partial<BuildContext>;
  /** Must be cheap and free of I/O: everything that waits happens when the component is used. */
  readonly build: (props: Props<F>, ctx: BuildContext, model: JsonObject) => ComponentKinds[K];
}

/** Loses the property types so that definitions of different components fit in one list. */
export type AnyComponentDefinition = ComponentDefinition<Kind, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export function defineComponent<K extends Kind, F extends FieldMap>(definition: ComponentDefinition<K, F>): ComponentDefinition<K, F> {
  return definition;
}
