import pino, { type Logger as PinoLogger } from 'pino';
import type { LogLevel } from '../protocol/airbyte';
import type { Logger, SecretRegistry } from '../platform/runtime';

const TO_PINO = { FATAL: 'fatal', ERROR: 'error', WARN: 'warn', INFO: 'info', DEBUG: 'debug', TRACE: 'trace' } as const;
const FROM_PINO: Readonly<Record<number, LogLevel>> = { 60: 'FATAL', 50: 'ERROR', 40: 'WARN', 30: 'INFO', 20: 'DEBUG', 10: 'TRACE' };

/** One answer of an API must not fill the log. */
const LONGEST_MESSAGE = 32_768;

/**
 * The log: pino decides by level, and what passes becomes an Airbyte LOG message. Every message is masked and cut at
 * 32 KiB.
 */
export function createLogger(options: {
  debug: boolean;
  secrets: SecretRegistry;
  emit: (level: LogLevel, message: string) => void;
}): Logger {
  const destination = {
    // pino hands over the record of the line through these members instead of our parsing its JSON again.
    [Symbol.for('pino.metadata')]: true as const,
    lastLevel: 30,
    lastMsg: '',
    write(): void {
      const masked = options.secrets.mask(this.lastMsg);
      options.emit(
        FROM_PINO[this.lastLevel] ?? 'INFO',
        masked.length > LONGEST_MESSAGE ? `${masked.slice(0, LONGEST_MESSAGE)}… (${masked.length} characters)` : masked,
      );
    },
  };
  let logger: PinoLogger | undefined;
  const log = (level: LogLevel, message: string) => {
    // Many runs of `spec` and `discover` have nothing to say.
    logger ??= pino({ base: null, timestamp: false, level: options.debug ? 'debug' : 'info' }, destination as unknown as pino.DestinationStream);
    logger[TO_PINO[level]](message);
  };
  return {
    log,
    debug: (message) => log('DEBUG', message),
    info: (message) => log('INFO', message),
    warn: (message) => log('WARN', message),
    error: (message) => log('ERROR', message),
  };
}
