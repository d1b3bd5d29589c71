/** What can go wrong inside a template. `Template` turns these into ConnectorErrors that name the place. */

/** The template cannot be parsed. `position` counts UTF-16 units from the start of the source. */
export class TemplateSyntaxError extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** Something that does not exist was used as if it did; callers may take a default instead. */
export class UndefinedError extends Error {}

/** An operation does not fit the types of its operands. */
export class PyTypeError extends Error {}

/** Any other failure; `kind` is Python's name for it. */
export class PyError extends Error {
  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

/** Access to something that templates must not see. */
export class SandboxError extends Error {}

/** The template is too expensive. */
export class LimitError extends Error {}
