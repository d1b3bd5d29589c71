import type { ConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';

declare module '../platform/runtime' {
  interface SharedServices {
    brokenTemplates: BrokenTemplates;
  }
}

/**
 * Templates of a run that cannot be read. As in the reference they stop only what uses them: published manifests carry
 * some in branches that are never taken.
 */
export class BrokenTemplates {
  private readonly found = new Map<string, ConnectorError>();

  static of(runtime: Runtime): BrokenTemplates {
    return runtime.shared('brokenTemplates', () => new BrokenTemplates(runtime));
  }

  constructor(private readonly runtime: Runtime) {}

  get errors(): readonly ConnectorError[] {
    return [...this.found.values()];
  }

  /** A stream may be built several times; one WARN is enough. */
  report(error: ConnectorError): void {
    if (this.found.has(error.message)) return;
    this.found.set(error.message, error);
    this.runtime.logger.warn(`${error.message} Whatever uses this template will fail.`);
  }
}
