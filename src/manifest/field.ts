import type { JsonValue } from '../protocol/json';
import type { BuildContext } from './build-context';
import type { InterpolatedBoolean } from './interpolation/interpolated-boolean';
import type { InterpolatedJson } from './interpolation/interpolated-json';
import type { InterpolatedString } from './interpolation/interpolated-string';
import type { ComponentKinds, Kind } from './kinds';

export type JsonTypeName = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** How a property looks in a manifest; schema, docs, forms and the builder of values are all made from it. */
export type FieldShape =
  | { of: 'string'; enum?: readonly string[]; pattern?: string }
  | { of: 'integer' | 'number'; minimum?: number; maximum?: number; exclusiveMinimum?: number }
  | { of: 'boolean' }
  /** Any JSON value, taken as it is. */
  | { of: 'json' }
  /** An object, taken as it is. */
  | { of: 'object' }
  | { of: 'null' }
  | { of: 'array'; items: FieldShape; minItems?: number }
  | { of: 'map'; values: FieldShape }
  /** An object with known properties that is not a component of its own. */
  | { of: 'record'; fields: FieldMap; open?: boolean }
  /** A nested component of one of the kinds; only `types`, when given, are allowed. */
  | { of: 'component'; kinds: readonly Kind[]; types?: readonly string[]; role?: string; deferred?: boolean }
  /** A text with `{{ }}`; other scalars are allowed where the reference allows them. */
  | { of: 'template'; accepts?: readonly ('integer' | 'number' | 'boolean')[] }
  | { of: 'templateBoolean' }
  /** Any JSON value whose texts (keys, too) are templates. */
  | { of: 'templateJson'; accepts?: readonly JsonTypeName[] }
  /** The first alternative whose JSON type fits. */
  | { of: 'oneOf'; options: readonly FieldShape[] };

export interface FieldOptions<T = unknown> {
  description?: string;
  title?: string;
  examples?: readonly JsonValue[];
  /** The value in manifest form that an absent property stands for. */
  default?: JsonValue;
  deprecated?: string;
  /** Ours, unknown to the reference: it ignores the property. Listed on the compatibility page. */
  extension?: boolean;
  /** Phantom, for type inference. */
  __type?: T;
}

export interface Field<T> extends FieldOptions<T> {
  readonly shape: FieldShape;
  readonly required: boolean;
}

export type FieldMap = Readonly<Record<string, Field<unknown>>>;

export type FieldValue<F> = F extends Field<infer T> ? T : never;
/** The built properties of a component. */
export type Props<F extends FieldMap> = { readonly [K in keyof F]: FieldValue<F[K]> };

/** Builds the nested component when called; `more` overrides parts of its context. */
export type Deferred<T> = (more?: Partial<BuildContext>) => T;

type Defaulted<T, O> = O extends { default: JsonValue } ? T : T | undefined;

function optional<T, O extends FieldOptions>(shape: FieldShape, options: O | undefined): Field<Defaulted<T, O>> {
  return { ...(options as FieldOptions), shape, required: false } as Field<Defaulted<T, O>>;
}

/** Marks a field as one that the manifest must give. */
export function required<T>(field: Field<T>): Field<Exclude<T, undefined>> {
  return { ...field, required: true } as Field<Exclude<T, undefined>>;
}

interface ComponentOptions extends FieldOptions {
  types?: readonly string[];
  /** What the component is for in its parent; ends up in `BuildContext.role`, e.g. `job creation`. */
  role?: string;
}

const componentShape = (kinds: readonly Kind[], options: ComponentOptions | undefined, deferred = false): FieldShape => ({
  of: 'component',
  kinds,
  ...(options?.types ? { types: options.types } : {}),
  ...(options?.role ? { role: options.role } : {}),
  ...(deferred ? { deferred } : {}),
});

/**
 * The property types of manifests. Every maker takes a description and examples; without a `default` the built value
 * may be undefined. Wrap in `required(…)` where the manifest must give the property.
 */
export const field = {
  string: <O extends FieldOptions & { enum?: readonly string[]; pattern?: string }>(options?: O) =>
    optional<string, O>(
      { of: 'string', ...(options?.enum ? { enum: options.enum } : {}), ...(options?.pattern ? { pattern: options.pattern } : {}) },
      options,
    ),
  integer: <O extends FieldOptions & { minimum?: number; maximum?: number }>(options?: O) =>
    optional<number, O>({ of: 'integer', ...bounds(options) }, options),
  number: <O extends FieldOptions & { minimum?: number; maximum?: number; exclusiveMinimum?: number }>(options?: O) =>
    optional<number, O>({ of: 'number', ...bounds(options) }, options),
  boolean: <O extends FieldOptions>(options?: O) => optional<boolean, O>({ of: 'boolean' }, options),
  json: <T = JsonValue, O extends FieldOptions = FieldOptions>(options?: O) => optional<T, O>({ of: 'json' }, options),
  object: <O extends FieldOptions>(options?: O) => optional<{ [key: string]: JsonValue }, O>({ of: 'object' }, options),
  array: <T, O extends FieldOptions & { minItems?: number }>(items: Field<T>, options?: O) =>
    optional<Exclude<T, undefined>[], O>({ of: 'array', items: items.shape, ...(options?.minItems ? { minItems: options.minItems } : {}) }, options),
  map: <T, O extends FieldOptions>(values: Field<T>, options?: O) =>
    optional<Record<string, Exclude<T, undefined>>, O>({ of: 'map', values: values.shape }, options),
  record: <F extends FieldMap, O extends FieldOptions & { open?: boolean }>(fields: F, options?: O) =>
    optional<Props<F>, O>({ of: 'record', fields, ...(options?.open ? { open: true } : {}) }, options),
  component: <K extends Kind, O extends ComponentOptions>(kind: K | readonly K[], options?: O) =>
    optional<ComponentKinds[K], O>(componentShape(typeof kind === 'string' ? [kind] : kind, options), options),
  /** Not built with its parent but when the parent calls it: for branches that may never be used. */
  deferred: <K extends Kind, O extends ComponentOptions>(kind: K | readonly K[], options?: O) =>
    optional<Deferred<ComponentKinds[K]>, O>(componentShape(typeof kind === 'string' ? [kind] : kind, options, true), options),
  template: <O extends FieldOptions & { accepts?: readonly ('integer' | 'number' | 'boolean')[] }>(options?: O) =>
    optional<InterpolatedString, O>({ of: 'template', ...(options?.accepts ? { accepts: options.accepts } : {}) }, options),
  templateBoolean: <O extends FieldOptions>(options?: O) => optional<InterpolatedBoolean, O>({ of: 'templateBoolean' }, options),
  templateJson: <O extends FieldOptions & { accepts?: readonly JsonTypeName[] }>(options?: O) =>
    optional<InterpolatedJson, O>({ of: 'templateJson', ...(options?.accepts ? { accepts: options.accepts } : {}) }, options),
  oneOf: <F extends readonly Field<unknown>[], O extends FieldOptions = FieldOptions>(alternatives: F, options?: O) =>
    optional<Exclude<FieldValue<F[number]>, undefined>, O>({ of: 'oneOf', options: alternatives.map((each) => each.shape) }, options),
  /** A property that the reference accepts and that changes nothing here. */
  ignored: (description: string) => optional<JsonValue, FieldOptions>({ of: 'json' }, { description }),
};

function bounds(options: { minimum?: number; maximum?: number; exclusiveMinimum?: number } | undefined) {
  return {
    ...(options?.minimum !== undefined ? { minimum: options.minimum } : {}),
    ...(options?.maximum !== undefined ? { maximum: options.maximum } : {}),
    ...(options?.exclusiveMinimum !== undefined ? { exclusiveMinimum: options.exclusiveMinimum } : {}),
  };
}
