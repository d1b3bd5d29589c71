import { ConnectorError } from '../errors/connector-error';

/** Seconds east of UTC in the zone `name` (IANA, e.g. `Pacific/Tarawa`) at the instant `epochMs`. */
export function zoneOffsetSeconds(name: string, epochMs: number): number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  } catch {
    throw ConnectorError.system('datetime.unknown_zone', `"${name.slice(0, 100)}" is not a time zone. Use an IANA name such as Europe/Berlin or UTC.`);
  }
  const text = format.formatToParts(new Date(epochMs)).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0));
}
