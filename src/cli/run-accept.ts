import { Acceptance } from '../accept/acceptance';
import { reportText } from '../accept/report-text';
import { readCatalog, readConfig } from '../connector/input-files';
import { isConnectorError } from '../errors/connector-error';
import type { LineOutput } from '../messages/stdout';
import type { Clock } from '../platform/clock';
import type { JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import type { ToolArguments } from './parse-arguments';

interface AcceptWorld {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/**
 * Puts a source through the acceptance rules; true when it is accepted.
 * @param program how this program is started, for a source that is not named by --command
 * @param tell gets what a person should know meanwhile
 */
export async function runAccept(args: ToolArguments & { command: 'accept' }, program: readonly string[], world: AcceptWorld, output: LineOutput, tell: (line: string) => void): Promise<boolean> {
  try {
    const own = [...program, ...option('--manifest-path', args.manifestPath), ...option('--components-path', args.componentsPath)];
    const acceptance = new Acceptance({
      source: { ...world, command: args.source ?? own.map(quoted).join(' '), timeoutMs: args.timeoutSeconds * 1000 },
      config: await readConfig(args.config),
      catalog: args.catalog === undefined ? undefined : await readCatalog(args.catalog),
      ignoredFields: args.ignoreFields,
      onProgress: (what) => tell(`… ${what}`),
    });
    const report = await acceptance.run();
    await output.write(`${args.json ? stringifyJson(report as unknown as JsonObject) : reportText(report)}\n`);
    return report.isAccepted;
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    tell(error.message);
    return false;
  }
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

/** As one word of a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
