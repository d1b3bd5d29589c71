import type { Command, CommandArguments } from '../connector/run-command';

export class UsageError extends Error {}

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
    };

const DEFAULT_BUILDER_PORT = 8000;

const EVERYWHERE = ['manifest-path', 'components-path'];
/** Options that take a value. */
const OPTIONS: Readonly<Record<Command, { required: readonly string[]; optional: readonly string[] }>> = {
  spec: { required: [], optional: EVERYWHERE },
  check: { required: ['config'], optional: EVERYWHERE },
  discover: { required: ['config'], optional: EVERYWHERE },
  read: { required: ['config', 'catalog'], optional: ['state', 'journal', 'shard', 'shards-at-once', ...EVERYWHERE] },
};

/** The command line as arguments, or the text that `--help` or `--version` asked for. Throws UsageError. */
export async function parseArguments(argv: readonly string[], version: string): Promise<CommandArguments | ToolArguments | { text: string }> {
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
function platformForm([command, ...rest]: readonly string[]): CommandArguments | undefined {
  const options = Object.hasOwn(OPTIONS, command ?? '') ? OPTIONS[command as Command] : undefined;
  if (!options || rest.length % 2 === 1) return undefined;
  const given = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    const name = /^--(.*)/.exec(rest[at]!)?.[1];
    const value = rest[at + 1]!;
    if (name === undefined || given.has(name) || value === '' || value.startsWith('-')) return undefined;
    if (!options.required.includes(name) && !options.optional.includes(name)) return undefined;
    given.set(name, value);
  }
  if (!options.required.every((name) => given.has(name))) return undefined;
  return toArguments({ _: [command], debug: false, ...Object.fromEntries(given) });
}

async function parseWithYargs(argv: readonly string[], version: string): Promise<CommandArguments | ToolArguments | { text: string }> {
  const { default: yargs } = await import('yargs');
  const config = { type: 'string', describe: 'JSON file with the user config', demandOption: true, requiresArg: true } as const;
  const manifest = {
    'manifest-path': { type: 'string', describe: 'The manifest to run, YAML or JSON', requiresArg: true },
    'components-path': { type: 'string', describe: 'JavaScript module with the custom components of the manifest', requiresArg: true },
  } as const;
  const parser = yargs([...argv])
    .scriptName('source-async-jobs')
    .usage('$0 <command> [options]\n\nRuns an Airbyte declarative manifest. Airbyte messages go to stdout, one a line.')
    .command('spec', 'Print what the user config looks like', (command) => command.options(manifest))
    .command('check', 'Try whether the source can be read with a config', (command) => command.options({ config, ...manifest }))
    .command('discover', 'List the streams and their schemas', (command) => command.options({ config, ...manifest }))
    .command('read', 'Read the selected streams', (command) =>
      command.options({
        config,
        catalog: { type: 'string', describe: 'JSON file with the configured catalog: what to read', demandOption: true, requiresArg: true },
        state: { type: 'string', describe: 'JSON file with the states of an earlier read', requiresArg: true },
        shard: { type: 'string', describe: 'Read only this share of the slices, e.g. 3/16; counted from 0/16 to 15/16', requiresArg: true },
        'shards-at-once': { type: 'string', describe: 'How many shards run at the same time: API budgets and job limits are divided by it; all by default', requiresArg: true },
        journal: { type: 'string', describe: 'File that keeps the states, for runs without a platform; the next read goes on from it ($SOURCE_JOURNAL)', requiresArg: true },
        ...manifest,
      }),
    )
    .command('builder [manifest]', 'Make and test a manifest in the browser; serves the API of the Connector Builder, too', (command) =>
      command.positional('manifest', { type: 'string', describe: 'The manifest to work on, YAML or JSON; it need not exist yet' }).options({
        config: { type: 'string', describe: 'JSON file with the user config: the inputs of tests', requiresArg: true },
        example: { type: 'boolean', describe: 'Serve a small API to try with, too', default: false },
        open: { type: 'boolean', describe: 'Open the page in a browser; --no-open only prints its address', default: true },
        port: { type: 'number', describe: 'Port to listen on; 0 takes any that is free', default: DEFAULT_BUILDER_PORT, requiresArg: true },
        host: { type: 'string', describe: 'Address to listen on; others than this machine can reach it only with their own', default: '127.0.0.1', requiresArg: true },
      }),
    )
    .command('state <action> <files..>', 'Join the states of all shards to one', (command) =>
      command
        .positional('action', { type: 'string', describe: 'What to do', choices: ['merge'], demandOption: true })
        .positional('files', { type: 'string', array: true, describe: 'State files, journals, or what `read --shard` wrote to stdout', demandOption: true })
        .options({
          output: { type: 'string', describe: 'File for the joined state; stdout when left out', requiresArg: true },
          partial: { type: 'boolean', default: false, describe: 'Also when shards are missing or not complete: what they have not read is left to the next sync' },
        }),
    )
    .command('validate <manifest>', 'Check a manifest, and test a stream of it', (command) =>
      command.positional('manifest', { type: 'string', describe: 'The manifest, YAML or JSON', demandOption: true }).options({
        config: { type: 'string', describe: 'JSON file with the user config, to check it as well', requiresArg: true },
        test: { type: 'string', describe: 'Stream to test against the API, as the Builder does; without it the API is not asked', requiresArg: true },
        json: { type: 'boolean', describe: 'Print a JSON object a line', default: false },
      }),
    )
    .option('debug', { type: 'boolean', default: false, describe: 'Log what happens in detail' })
    .example('$0 spec --manifest-path manifest.yaml', '')
    .example('$0 read --manifest-path manifest.yaml --config config.json --catalog catalog.json', '')
    .epilogue('Exit codes: 0 done, 1 failed (a TRACE ERROR says why), 2 wrong usage, 130 interrupted, 143 terminated.')
    .example('$0 read --shard 3/16 --config config.json --catalog catalog.json', '')
    .example('$0 state merge --output state.json shard-*.json', '')
    .demandCommand(1, 1, 'Name a command: spec, check, discover, read, state, builder or validate.')
    .strict()
    .wrap(100)
    .version(version)
    .help()
    .exitProcess(false);

  let shown = '';
  const parsed = await new Promise<Record<string, unknown>>((resolve, reject) => {
    void parser.parse([...argv], (error: Error | undefined, values: Record<string, unknown>, output: string) => {
      shown = output;
      if (error) reject(new UsageError(output || error.message));
      else resolve(values);
    });
  });
  if (shown) return { text: shown };
  const once = Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, LISTS.includes(name) ? value : lastOf(value)]));
  return toolArguments(once) ?? toArguments(once);
}

/** What may be there several times; of all else the last one counts. */
const LISTS = ['_', 'files'];

function lastOf(value: unknown): unknown {
  return Array.isArray(value) ? value.at(-1) : value;
}

function toolArguments(parsed: Readonly<Record<string, unknown>>): ToolArguments | undefined {
  const [command] = parsed._ as string[];
  if (command === 'validate') {
    return { command, manifest: parsed.manifest as string, config: parsed.config as string | undefined, test: parsed.test as string | undefined, json: parsed.json as boolean };
  }
  if (command === 'state') {
    return { command: 'state merge', files: (parsed.files as unknown[]).map(String), output: parsed.output as string | undefined, partial: parsed.partial as boolean };
  }
  if (command !== 'builder') return undefined;
  const port = parsed.port as number;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port must be a number from 0 to 65535.`);
  return {
    command,
    host: parsed.host as string,
    port,
    manifest: parsed.manifest as string | undefined,
    config: parsed.config as string | undefined,
    example: parsed.example as boolean,
    open: parsed.open as boolean,
  };
}

function toArguments(parsed: Readonly<Record<string, unknown>>): CommandArguments {
  return {
    command: (parsed._ as string[])[0] as Command,
    config: parsed.config as string | undefined,
    catalog: parsed.catalog as string | undefined,
    state: parsed.state as string | undefined,
    journal: parsed.journal as string | undefined,
    ...shardArguments(parsed.shard as string | undefined, parsed['shards-at-once'] as string | undefined),
    manifestPath: parsed['manifest-path'] as string | undefined,
    componentsPath: parsed['components-path'] as string | undefined,
    debug: parsed.debug as boolean,
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
