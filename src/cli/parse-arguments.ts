import type { Argv, Options } from 'yargs';
import type { Command, CommandArguments } from '../connector/run-command';
import { COMMANDS, COMMON_OPTIONS, commandNamed, EXIT_CODES, PROGRAM, type CommandDefinition, type OptionDefinition } from './commands';

export class UsageError extends Error {}

/** How the messages of a protocol command are shown; all of it is for people. */
export interface PresentationArguments {
  format: 'json' | 'pretty';
  /** Path of a file or folder. */
  output: string | undefined;
  force: boolean;
  append: boolean;
  /** Undefined: when stderr is a terminal. */
  progress: boolean | undefined;
}

export type ProtocolArguments = CommandArguments & PresentationArguments;

/** The commands besides those of the protocol. */
export type ToolArguments =
  | {
      command: 'builder';
      host: string;
      port: number;
      /** Paths of files. */
      manifest: string | undefined;
      config: string | undefined;
      /** Serve the API to try with. */
      example: boolean;
      /** Open a browser. */
      open: boolean;
    }
  | {
      command: 'accept';
      /** Words of a shell that start the source; undefined for this program. */
      source: string | undefined;
      /** Paths of files. */
      config: string;
      catalog: string | undefined;
      manifestPath: string | undefined;
      componentsPath: string | undefined;
      ignoreFields: readonly string[];
      timeoutSeconds: number;
      json: boolean;
    }
  | {
      command: 'state merge';
      /** Paths. */
      files: readonly string[];
      /** Path; undefined for stdout. */
      output: string | undefined;
      partial: boolean;
    }
  | {
      command: 'validate';
      /** Paths of files. */
      manifest: string;
      config: string | undefined;
      /** The stream to test. */
      test: string | undefined;
      /** For machines: a JSON object a line. */
      json: boolean;
    }
  | { command: 'explain'; code: string | undefined }
  | { command: 'completion'; shell: 'bash' | 'zsh' | 'fish' };

const LONGEST_EXAMPLE = 92;

type Parsed = Readonly<Record<string, unknown>>;

const PROTOCOL: readonly string[] = ['spec', 'check', 'discover', 'read'] satisfies Command[];
/** Options that people use and platforms do not. */
const FOR_PEOPLE: readonly string[] = ['format', 'output'];

/** The command line as arguments, or the text that `--help` or `--version` asked for. Throws UsageError. */
export async function parseArguments(argv: readonly string[], version: string): Promise<ProtocolArguments | ToolArguments | { text: string }> {
  const inherited = argv.find(isInheritedName);
  // yargs would take it for something that is there, and end without a word.
  if (inherited !== undefined) throw new UsageError(`Unknown argument: ${inherited}`);
  return platformForm(argv) ?? parseWithYargs(argv, version);
}

/** An option with the name of something that every JavaScript object has, such as `--constructor` or `--to-string=1`. */
function isInheritedName(argument: string): boolean {
  const name = /^--(?:no-)?([^=.]+)/.exec(argument)?.[1];
  return name !== undefined && name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) in Object.prototype;
}

/** `COMMAND --option value …`, as platforms call it: not worth loading yargs, which takes as long as a whole `spec`. Undefined for all else. */
function platformForm([command = '', ...rest]: readonly string[]): ProtocolArguments | undefined {
  const definition = PROTOCOL.includes(command) ? commandNamed(command) : undefined;
  if (!definition || rest.length % 2 === 1) return undefined;
  const given = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    const name = /^--(.*)/.exec(rest[at]!)?.[1];
    const value = rest[at + 1]!;
    if (name === undefined || given.has(name) || value === '' || value.startsWith('-')) return undefined;
    if (!Object.hasOwn(definition.options, name) || definition.options[name]!.type !== 'string' || FOR_PEOPLE.includes(name)) return undefined;
    given.set(name, value);
  }
  if (!Object.entries(definition.options).every(([name, { required }]) => !required || given.has(name))) return undefined;
  return protocolArguments({ _: [command], debug: false, ...Object.fromEntries(given) });
}

async function parseWithYargs(argv: readonly string[], version: string): Promise<ProtocolArguments | ToolArguments | { text: string }> {
  const { default: yargs } = await import('yargs');
  let parser = yargs([...argv])
    .scriptName(PROGRAM)
    .usage('$0 <command> [options]\n\nRuns an Airbyte declarative manifest. Airbyte messages go to stdout, one a line.');
  for (const [name, definition] of Object.entries<CommandDefinition>(COMMANDS)) {
    parser = parser.command(usageOf(name, definition), definition.describe, (command) => withOptions(command, definition));
  }
  for (const [name, option] of Object.entries(COMMON_OPTIONS)) parser = parser.option(name, yargsOption(option));
  parser = parser
    .epilogue(`Each command has examples: ${PROGRAM} read --help\n\n${EXIT_CODES}`)
    .demandCommand(1, 1, `Name a command: ${Object.keys(COMMANDS).join(', ')}.`)
    .strict()
    .wrap(100)
    .version(version)
    .help()
    .exitProcess(false);

  let shown = '';
  const parsed = await new Promise<Parsed>((resolve, reject) => {
    void parser.parse([...argv], (error: Error | undefined, values: Parsed, output: string) => {
      shown = output;
      if (error) reject(new UsageError(output || error.message));
      else resolve(values);
    });
  });
  if (shown) return { text: shown };
  const once = Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, LISTS.includes(name) ? value : lastOf(value)]));
  return toolArguments(once) ?? protocolArguments(once);
}

/** What may be there several times; of all else the last one counts. */
const LISTS = ['_', 'files'];

function lastOf(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value;
}

/** `validate <manifest>` */
function usageOf(name: string, { positionals = [] }: CommandDefinition): string {
  const parts = positionals.map(({ name: positional, isList, required }) => {
    const text = isList ? `${positional}..` : positional;
    return required ? `<${text}>` : `[${text}]`;
  });
  return [name, ...parts].join(' ');
}

function withOptions(command: Argv, { positionals = [], options, examples }: CommandDefinition): Argv {
  for (const { name, describe, choices, isList, required } of positionals) command = command.positional(name, { type: 'string', describe, choices, array: isList, demandOption: required });
  for (const [name, option] of Object.entries(options)) command = command.option(name, yargsOption(option));
  return command.epilogue(`Examples:\n${examples.map(([line, what]) => `  # ${what}\n  ${broken(`${PROGRAM} ${line}`)}`).join('\n')}\n\n${EXIT_CODES}`);
}

/** A command line over several lines, as a shell takes it. */
function broken(line: string): string {
  const at = line.length > LONGEST_EXAMPLE ? line.lastIndexOf(' --', LONGEST_EXAMPLE) : -1;
  return at > 0 ? `${line.slice(0, at)} \\\n    ${broken(line.slice(at + 1))}` : line;
}

function yargsOption({ type, describe, required, default: byDefault, choices, conflicts }: OptionDefinition): Options {
  return { type, describe, demandOption: required, default: byDefault, choices, conflicts, requiresArg: type !== 'boolean' };
}

function toolArguments(parsed: Parsed): ToolArguments | undefined {
  switch ((parsed._ as string[])[0]) {
    case 'validate':
      return { command: 'validate', manifest: parsed.manifest as string, config: parsed.config as string | undefined, test: parsed.test as string | undefined, json: parsed.json === true };
    case 'state':
      return { command: 'state merge', files: (parsed.files as unknown[]).map(String), output: parsed.output as string | undefined, partial: parsed.partial === true };
    case 'accept': {
      const timeoutSeconds = parsed.timeout as number;
      if (!(timeoutSeconds > 0)) throw new UsageError('--timeout must be a number of seconds above 0.');
      return {
        command: 'accept',
        source: parsed.command as string | undefined,
        config: parsed.config as string,
        catalog: parsed.catalog as string | undefined,
        manifestPath: parsed['manifest-path'] as string | undefined,
        componentsPath: parsed['components-path'] as string | undefined,
        ignoreFields: ((parsed['ignore-fields'] as string | undefined) ?? '').split(',').filter(Boolean),
        timeoutSeconds,
        json: parsed.json === true,
      };
    }
    case 'explain':
      return { command: 'explain', code: parsed.code as string | undefined };
    case 'completion':
      return { command: 'completion', shell: parsed.shell as 'bash' | 'zsh' | 'fish' };
    case 'builder': {
      const port = parsed.port as number;
      if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port must be a number from 0 to 65535.`);
      return {
        command: 'builder',
        host: parsed.host as string,
        port,
        manifest: parsed.manifest as string | undefined,
        config: parsed.config as string | undefined,
        example: parsed.example === true,
        open: parsed.open !== false,
      };
    }
    default:
      return undefined;
  }
}

function protocolArguments(parsed: Parsed): ProtocolArguments {
  return {
    command: (parsed._ as string[])[0] as Command,
    config: parsed.config as string | undefined,
    catalog: parsed.catalog as string | undefined,
    state: parsed.state as string | undefined,
    journal: parsed.journal as string | undefined,
    ...shardArguments(parsed.shard as string | undefined, parsed['shards-at-once'] as string | undefined),
    manifestPath: parsed['manifest-path'] as string | undefined,
    componentsPath: parsed['components-path'] as string | undefined,
    debug: parsed.debug === true,
    format: (parsed.format as PresentationArguments['format'] | undefined) ?? 'json',
    output: parsed.output as string | undefined,
    force: parsed.force === true,
    append: parsed.append === true,
    progress: parsed.progress as boolean | undefined,
  };
}

/** More shards than any engine starts are a mistake. */
const MOST_SHARDS = 10_000;

function shardArguments(shard: string | undefined, atOnce: string | undefined): Pick<CommandArguments, 'shard' | 'shardsAtOnce'> {
  if (shard === undefined) {
    if (atOnce !== undefined) throw new UsageError('--shards-at-once means nothing without --shard.');
    return { shard: undefined, shardsAtOnce: undefined };
  }
  const [, index, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard)?.map(Number) ?? [];
  if (index === undefined || of === undefined || of < 1 || of > MOST_SHARDS || index >= of) {
    throw new UsageError(`--shard is ${shard}, but must be INDEX/COUNT, counted from 0: the shards of 16 are 0/16 to 15/16.`);
  }
  const count = atOnce === undefined ? of : Number(atOnce);
  if (!Number.isInteger(count) || count < 1 || count > of) throw new UsageError(`--shards-at-once must be a number from 1 to ${of}, the count of shards.`);
  return { shard: { index, of }, shardsAtOnce: count };
}
