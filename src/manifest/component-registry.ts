import { ConnectorError } from '../errors/connector-error';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import { BrokenTemplates } from './broken-templates';
import type { BuildContext } from './build-context';
import type { AnyComponentDefinition } from './define-component';
import type { FieldMap, FieldShape, JsonTypeName } from './field';
import { InterpolatedBoolean } from './interpolation/interpolated-boolean';
import { InterpolatedJson } from './interpolation/interpolated-json';
import { InterpolatedString } from './interpolation/interpolated-string';
import type { ComponentKinds, Kind } from './kinds';

/** Knows every component definition and turns models (JSON with `type`) into objects. */
export class ComponentRegistry {
  private readonly byType = new Map<string, AnyComponentDefinition>();
  private readonly byKind = new Map<Kind, AnyComponentDefinition[]>();

  constructor(readonly definitions: readonly AnyComponentDefinition[]) {
    for (const definition of definitions) {
      if (this.byType.has(definition.type)) throw new Error(`Two definitions of the component ${definition.type}`);
      this.byType.set(definition.type, definition);
      const sameKind = this.byKind.get(definition.kind);
      if (sameKind) sameKind.push(definition);
      else this.byKind.set(definition.kind, [definition]);
    }
  }

  get(type: string): AnyComponentDefinition | undefined {
    return this.byType.get(type);
  }

  /** The definitions that may stand where one of `kinds` is asked for. */
  ofKinds(kinds: readonly Kind[], types?: readonly string[]): readonly AnyComponentDefinition[] {
    const all = kinds.flatMap((kind) => this.byKind.get(kind) ?? []);
    return types ? all.filter(({ type }) => types.includes(type)) : all;
  }

  /** A context whose `build` uses this registry. */
  context(base: Omit<BuildContext, 'build'>): BuildContext {
    const ctx: BuildContext = {
      ...base,
      build: (kind, model, more) =>
        this.build(typeof kind === 'string' ? [kind] : kind, model, this.context({ ...ctx, ...more })),
    };
    return ctx;
  }

  build<K extends Kind>(kinds: readonly K[], model: JsonObject, parent: BuildContext): ComponentKinds[K] {
    const type = model.type ?? this.ofKinds(kinds).find((each) => each.typeOptional)?.type;
    const definition = typeof type === 'string' ? this.byType.get(type) : undefined;
    if (!definition || !(kinds as readonly Kind[]).includes(definition.kind)) {
      const known = this.ofKinds(kinds).map((each) => each.type);
      throw ConnectorError.config(
        'manifest.unknown_component',
        `${parent.path}: ${type === undefined ? 'undefined' : stringifyJson(type)} is not a component that can stand here. Expected one of: ${known.join(', ')}.`,
      );
    }
    const parameters = isObject(model.$parameters) ? model.$parameters : {};
    const own = this.context({ ...parent, parameters });
    const ctx = definition.childContext ? this.context({ ...own, ...definition.childContext(model, own) }) : own;
    return definition.build(this.buildFields(definition.fields, model, ctx, ctx.path), ctx, model) as ComponentKinds[K];
  }

  private buildFields(fields: FieldMap, model: JsonObject, ctx: BuildContext, path: string): Record<string, unknown> {
    const props: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      const value = model[name] ?? field.default;
      // `null` counts as absent, as in the reference's models.
      if (value === undefined || value === null) continue;
      props[name] = this.buildValue(field.shape, value, ctx, path ? `${path}.${name}` : name);
    }
    return props;
  }

  private buildValue(shape: FieldShape, value: JsonValue, ctx: BuildContext, path: string): unknown {
    const onBroken = (error: ConnectorError) => BrokenTemplates.of(ctx.runtime).report(error);
    const scope = { config: ctx.config, parameters: ctx.parameters, clock: ctx.runtime.clock, path, onBroken };
    switch (shape.of) {
      case 'string':
      case 'integer':
      case 'number':
      case 'boolean':
      case 'json':
      case 'object':
      case 'null':
        return value;
      case 'template':
        return new InterpolatedString(typeof value === 'string' ? value : String(value), scope);
      case 'templateBoolean':
        return new InterpolatedBoolean(value as string | boolean, scope);
      case 'templateJson':
        return new InterpolatedJson(value, scope);
      case 'array':
        return (value as JsonValue[]).map((item, index) => this.buildValue(shape.items, item, ctx, `${path}[${index}]`));
      case 'map':
        return Object.fromEntries(
          Object.entries(value as JsonObject).map(([key, item]) => [key, this.buildValue(shape.values, item, ctx, `${path}.${key}`)]),
        );
      case 'record':
        return this.buildFields(shape.fields, value as JsonObject, ctx, path);
      case 'component': {
        const buildIt = (more?: Partial<BuildContext>) =>
          this.build(shape.kinds, value as JsonObject, this.context({ ...ctx, role: shape.role ?? ctx.role, ...more, path }));
        return shape.deferred ? buildIt : buildIt();
      }
      case 'oneOf': {
        const fitting = shape.options.find((option) => this.fits(option, value));
        if (!fitting) throw ConnectorError.config('manifest.invalid', `${path}: this value does not fit any of the allowed forms.`);
        return this.buildValue(fitting, value, ctx, path);
      }
    }
  }

  private fits(shape: FieldShape, value: JsonValue): boolean {
    switch (shape.of) {
      case 'string':
        return typeof value === 'string' && (!shape.enum || shape.enum.includes(value));
      case 'integer':
      case 'number':
        return typeof value === 'number';
      case 'boolean':
        return typeof value === 'boolean';
      case 'null':
        return value === null;
      case 'json':
        return true;
      case 'template':
        return typeof value === 'string' || (shape.accepts ?? []).some((type) => typeof value === (type === 'integer' ? 'number' : type));
      case 'templateBoolean':
        return typeof value === 'string' || typeof value === 'boolean';
      case 'templateJson':
        return (shape.accepts ?? ['object', 'string']).includes(jsonType(value));
      case 'array':
        return Array.isArray(value) && value.every((item) => this.fits(shape.items, item));
      case 'component':
        return isObject(value) && this.ofKinds(shape.kinds, shape.types).some((each) => each.type === value.type || (value.type === undefined && each.typeOptional));
      case 'map':
      case 'record':
      case 'object':
        return isObject(value);
      case 'oneOf':
        return shape.options.some((option) => this.fits(option, value));
    }
  }
}

function jsonType(value: JsonValue): JsonTypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : (typeof value as JsonTypeName);
}
