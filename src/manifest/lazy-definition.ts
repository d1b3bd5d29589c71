import type { AnyComponentDefinition } from './define-component';
import type { Kind } from './kinds';

/** All that a definition has, so that nothing can be forgotten here. */
type Members = { readonly [Key in keyof Required<AnyComponentDefinition>]: AnyComponentDefinition[Key] };

/** A definition that is evaluated when more than its names is asked for. The bundle has them (scripts/lazy-definitions.mjs). */
export class LazyDefinition implements Members {
  private loaded: AnyComponentDefinition | undefined;

  constructor(
    readonly kind: Kind,
    readonly type: string,
    readonly typeOptional: boolean | undefined,
    private readonly load: () => AnyComponentDefinition,
  ) {}

  private get definition(): AnyComponentDefinition {
    return (this.loaded ??= this.load());
  }

  get title() {
    return this.definition.title;
  }

  get description() {
    return this.definition.description;
  }

  get fields() {
    return this.definition.fields;
  }

  get examples() {
    return this.definition.examples;
  }

  get open() {
    return this.definition.open;
  }

  get extension() {
    return this.definition.extension;
  }

  get childContext() {
    return this.definition.childContext;
  }

  get build() {
    return this.definition.build;
  }
}
