/**
 * Our half of interpolation_fuzz.py: reads one JSON case a line on stdin, writes one JSON result a line on stdout.
 * A result is `{value, text}` or `{refused: code}`.
 */
import { createInterface } from 'node:readline';
import { DatetimeParser } from '../../src/datetime/datetime-format-parser';
import { parseAnyDatetime } from '../../src/datetime/any-datetime-parser';
import { CalendarDuration, parseDuration } from '../../src/datetime/duration';
import { parseIso } from '../../src/datetime/iso-parser';
import { PyDateTime } from '../../src/datetime/python-datetime';
import { strptime } from '../../src/datetime/strptime';
import { InterpolatedBoolean } from '../../src/manifest/interpolation/interpolated-boolean';
import { InterpolatedString, type TemplateScope } from '../../src/manifest/interpolation/interpolated-string';
import type { JsonObject } from '../../src/protocol/json';

interface Case {
  kind: 'template' | 'condition' | 'strptime' | 'strftime' | 'parse' | 'format' | 'iso' | 'any' | 'duration';
  source: string;
  format?: string;
  context?: JsonObject;
  now?: number;
}

const freshScope = (scope: TemplateScope): TemplateScope => ({ ...scope, config: structuredClone(scope.config), parameters: structuredClone(scope.parameters) });

function evaluate({ kind, source, format = '', context = {}, now = 0 }: Case): unknown {
  const clock = { now: () => now, monotonic: () => 0, sleep: () => Promise.resolve(), background: () => Promise.resolve() };
  const { config = {}, parameters = {}, ...vars } = context;
  const scope = { config: config as JsonObject, parameters: parameters as JsonObject, clock };
  switch (kind) {
    case 'template': {
      // A template may change what it sees, so that each evaluation gets its own.
      const fresh = () => new InterpolatedString(source, freshScope(scope));
      return { rendered: fresh().rawText(structuredClone(vars)), value: fresh().eval(structuredClone(vars)), text: fresh().text(structuredClone(vars)) };
    }
    case 'condition':
      return { value: new InterpolatedBoolean(source, scope).eval(vars) };
    case 'strptime':
      return { text: strptime(source, format).isoformat() };
    case 'strftime':
      return { text: parseIso(source).strftime(format) };
    case 'parse':
      return { text: DatetimeParser.parse(source, format).isoformat() };
    case 'format':
      return { text: DatetimeParser.format(parseIso(source).withOffset(0), format) };
    case 'iso':
      return { text: parseIso(source).isoformat() };
    case 'any':
      return { text: parseAnyDatetime(source).isoformat() };
    case 'duration': {
      const duration = parseDuration(source);
      const start = PyDateTime.of(2024, 1, 31, 12, 0, 0, 0, 0);
      const text = duration instanceof CalendarDuration ? `${duration.years}/${duration.months}/${duration.rest.micros}` : String(duration.micros);
      return { text: `${duration} ${text} ${start.plus(duration).isoformat()} ${start.minus(duration).isoformat()}` };
    }
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  let result: unknown;
  try {
    result = evaluate(JSON.parse(line, bigIntegers) as Case);
  } catch (error) {
    const { code, message, stack } = error as { code?: string; message: string; stack: string };
    result = { refused: code ?? `crash: ${stack}`, message };
  }
  process.stdout.write(`${JSON.stringify(result, (_, value: unknown) => (typeof value === 'bigint' ? { bigint: String(value) } : value))}\n`);
});

/** The one number in the cases that a double cannot hold, as the decoders would give it. */
function bigIntegers(_: string, value: unknown): unknown {
  return value === 90071992547409931 ? 90071992547409931n : value;
}
