import type { JsonObject, JsonValue } from '../../protocol/json';

/** Refuses configs by rules that the spec's JSON Schema cannot say. */
export interface ConfigValidator {
  /** Throws a config_error. */
  validate(config: JsonObject): Promise<void>;
}

/** What a validator holds a value against. */
export interface ValidationStrategy {
  /** Throws a config_error; `where` names the value. */
  validate(value: JsonValue, where: string): void | Promise<void>;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ConfigValidator: ConfigValidator;
    ValidationStrategy: ValidationStrategy;
  }
}
