import type { JsonObject } from '../../protocol/json';
import type { ConnectorError } from '../../errors/connector-error';
import type { Clock } from '../../platform/clock';

/** Variables of one evaluation, besides `config` and `parameters`. */
export type Vars = Readonly<Record<string, unknown>>;

/** What a template is bound to when it is built. */
export interface TemplateScope {
  config: JsonObject;
  parameters: JsonObject;
  clock: Clock;
  /** Where the template stands in the manifest; named in errors. */
  path?: string;
  /** Told of a template that cannot be read, which then fails where it is used. Without it, building it fails. */
  onBroken?: (error: ConnectorError) => void;
}
