import yargs from 'yargs';
import type { Command, CommandArguments } from '../connector/run-command';

export class UsageError extends Error {}

/** The command line as arguments, or the text that `--help` or `--version` asked for. Throws UsageError. */
export async function parseArguments(argv: readonly string[], version: string): Promise<CommandArguments | { text: string }> {
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
        ...manifest,
      }),
    )
    .option('debug', { type: 'boolean', default: false, describe: 'Log what happens in detail' })
    .example('$0 spec --manifest-path manifest.yaml', '')
    .example('$0 read --manifest-path manifest.yaml --config config.json --catalog catalog.json', '')
    .epilogue('Exit codes: 0 done, 1 failed (a TRACE ERROR says why), 2 wrong usage, 130 interrupted, 143 terminated.')
    .demandCommand(1, 1, 'Name a command: spec, check, discover or read.')
    .strict()
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
  return {
    command: (parsed._ as string[])[0] as Command,
    config: parsed.config as string | undefined,
    catalog: parsed.catalog as string | undefined,
    state: parsed.state as string | undefined,
    manifestPath: parsed['manifest-path'] as string | undefined,
    componentsPath: parsed['components-path'] as string | undefined,
    debug: parsed.debug as boolean,
  };
}
