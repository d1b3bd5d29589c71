import { ConnectorError, type ConnectorErrorOptions } from '../errors/connector-error';

/** The API answered, and the error handler (or the end of all tries) made an error of it. */
export class HttpStatusError extends ConnectorError {
  readonly status: number;
  /** The beginning of the answer's body, secrets masked. */
  readonly responseBody: string;

  constructor(options: ConnectorErrorOptions & { status: number; responseBody: string }) {
    super(options);
    this.name = 'HttpStatusError';
    this.status = options.status;
    this.responseBody = options.responseBody;
  }
}
