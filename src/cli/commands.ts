/** One option of the command line; `--help`, the parser and shell completion are made from it. */
export interface OptionDefinition {
  type: 'string' | 'number' | 'boolean';
  describe: string;
  required?: boolean;
  default?: string | number;
  choices?: readonly string[];
  /** What shells complete the value with; default: files. */
  completes?: 'files' | 'nothing';
  /** Of a flag: `--no-NAME` says something, too. */
  isNegatable?: boolean;
  /** Options that make no sense beside it. */
  conflicts?: readonly string[];
}

export interface PositionalDefinition {
  name: string;
  describe: string;
  required?: boolean;
  /** Takes all that follow. */
  isList?: boolean;
  choices?: readonly string[];
}

export interface CommandDefinition {
  describe: string;
  positionals?: readonly PositionalDefinition[];
  options: Readonly<Record<string, OptionDefinition>>;
  /** Command lines without the name of the program, with what they do. */
  examples: readonly (readonly [line: string, what: string])[];
}

export const PROGRAM = 'source-async-jobs';

const file = (describe: string, more: Partial<OptionDefinition> = {}): OptionDefinition => ({ type: 'string', describe, ...more });
const flag = (describe: string, more: Partial<OptionDefinition> = {}): OptionDefinition => ({ type: 'boolean', describe, ...more });

const MANIFEST = {
  'manifest-path': file('The manifest to run, YAML or JSON'),
  'components-path': file('JavaScript module with custom components of the manifest'),
};
const CONFIG = { config: file('JSON file with the user config', { required: true }) };

const FORMAT: OptionDefinition = { type: 'string', describe: 'Airbyte messages as JSON lines, or text for people', choices: ['json', 'pretty'], default: 'json' };
const FORCE = flag('Write over what is there', { conflicts: ['append'] });
const DOCUMENT = (name: string): Readonly<Record<string, OptionDefinition>> => ({
  format: FORMAT,
  output: file(`Write the result to a file, or as ${name} into a folder (NAME/)`),
  force: FORCE,
});
const PROGRESS = flag('Show progress on stderr; by default when it is a terminal', { isNegatable: true });

export const COMMANDS = {
  spec: {
    describe: 'Print what the user config looks like',
    options: { ...MANIFEST, ...DOCUMENT('spec.json') },
    examples: [
      ['spec --manifest-path manifest.yaml', 'as an Airbyte message'],
      ['spec --manifest-path manifest.yaml --format pretty', 'for people'],
    ],
  },
  check: {
    describe: 'Try whether the source can be read with a config',
    options: { ...CONFIG, ...MANIFEST, ...DOCUMENT('check.json'), progress: PROGRESS },
    examples: [['check --manifest-path manifest.yaml --config config.json --format pretty', 'says whether it works, and if not, why']],
  },
  discover: {
    describe: 'List the streams and their schemas',
    options: { ...CONFIG, ...MANIFEST, ...DOCUMENT('catalog.json') },
    examples: [
      ['discover --manifest-path manifest.yaml --config config.json --output catalog.json', 'a catalog to edit, and to read'],
      ['discover --manifest-path manifest.yaml --config config.json --format pretty', 'the streams and their fields, for people'],
    ],
  },
  read: {
    describe: 'Read the selected streams',
    options: {
      ...CONFIG,
      catalog: file('JSON file with the catalog: what to read', { required: true }),
      state: file('JSON file with the states of an earlier read'),
      shard: { type: 'string', describe: 'Read only this share of the slices, e.g. 3/16; counted from 0/16 to 15/16', completes: 'nothing' },
      'shards-at-once': { type: 'string', describe: 'How many shards run at the same time; all by default', completes: 'nothing' },
      journal: file('File that keeps the states; the next read goes on from it ($SOURCE_JOURNAL)'),
      ...MANIFEST,
      format: FORMAT,
      output: file('Write the messages to a file, or rows and state.json into a folder (NAME/)'),
      force: FORCE,
      append: flag('Go on behind what is there, from its state.json'),
      progress: PROGRESS,
    },
    examples: [
      ['read --manifest-path manifest.yaml --config config.json --catalog catalog.json', 'Airbyte messages on stdout'],
      ['read --manifest-path manifest.yaml --config config.json --catalog catalog.json --output rows/', 'a file of JSON lines for each stream, and state.json'],
      ['read --manifest-path manifest.yaml --config config.json --catalog catalog.json --output rows/ --append', 'the next day: only what is new'],
      ['read --manifest-path manifest.yaml --config config.json --catalog catalog.json --state state.json', 'goes on from a state'],
      ['read --shard 3/16 --manifest-path manifest.yaml --config config.json --catalog catalog.json', 'the fourth of 16 shares'],
    ],
  },
  builder: {
    describe: 'Make and test a manifest in the browser; serves the API of the Connector Builder, too',
    positionals: [{ name: 'manifest', describe: 'The manifest to work on, YAML or JSON; it need not exist yet' }],
    options: {
      config: file('JSON file with the user config: the inputs of tests'),
      example: flag('Serve a small API to try with, too'),
      open: flag('Open the page in a browser; --no-open only prints its address', { isNegatable: true }),
      port: { type: 'number', describe: 'Port to listen on; 0 takes any that is free', default: 8000, completes: 'nothing' },
      host: { type: 'string', describe: 'Address to listen on; others than this machine can reach it only with their own', default: '127.0.0.1', completes: 'nothing' },
    },
    examples: [
      ['builder --example', 'an API to try with, and an empty manifest'],
      ['builder manifest.yaml --config config.json', 'works on a manifest; Ctrl+C ends it'],
    ],
  },
  accept: {
    describe: 'Hold a source to the rules of the protocol, the platform and its clients',
    options: {
      ...CONFIG,
      command: { type: 'string', describe: 'How the source is started, for a shell; this program by default', completes: 'nothing' },
      catalog: file('JSON file with the configured catalog; all streams by default'),
      'ignore-fields': { type: 'string', describe: 'Fields that may differ between two reads, with commas between', completes: 'nothing' },
      timeout: { type: 'number', describe: 'Seconds that one run of the source may take', default: 1800, completes: 'nothing' },
      json: flag('Print the report as JSON'),
      ...MANIFEST,
    },
    examples: [
      ['accept --manifest-path manifest.yaml --config config.json', 'a manifest of yours'],
      ['accept --command "docker run --rm --user $(id -u) -v /tmp:/tmp some/source:1.0" --config config.json', 'any other source'],
    ],
  },
  state: {
    describe: 'Join the states of all shards to one',
    positionals: [
      { name: 'action', describe: 'What to do', required: true, choices: ['merge'] },
      { name: 'files', describe: 'State files, journals, or what `read --shard` wrote to stdout', required: true, isList: true },
    ],
    options: {
      output: file('File for the joined state; stdout when left out'),
      partial: flag('Also when shards are missing or not complete: the next sync reads the rest'),
    },
    examples: [['state merge --output state.json shard-*.json', 'after the last of the shards']],
  },
  validate: {
    describe: 'Check a manifest, and test a stream of it',
    positionals: [{ name: 'manifest', describe: 'The manifest, YAML or JSON', required: true }],
    options: {
      config: file('JSON file with the user config, to check it as well'),
      test: { type: 'string', describe: 'Stream to test against the API; without it the API is not asked', completes: 'nothing' },
      json: flag('Print a JSON object a line'),
    },
    examples: [
      ['validate manifest.yaml --config config.json', 'exit code 1 when there is an error'],
      ['validate manifest.yaml --config config.json --test contacts', 'orders a job and shows what happens'],
    ],
  },
  explain: {
    describe: 'Say what the code of an error means, and what to do',
    positionals: [{ name: 'code', describe: 'The code, or a part of it; all without one' }],
    options: {},
    examples: [
      ['explain jobs.unknown_status', 'one code'],
      ['explain jobs', 'all about jobs'],
    ],
  },
  completion: {
    describe: 'Print the completion script of a shell',
    positionals: [{ name: 'shell', describe: 'The shell', required: true, choices: ['bash', 'zsh', 'fish'] }],
    options: {},
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/source-async-jobs', 'bash'],
      ['completion zsh > "${fpath[1]}/_source-async-jobs"', 'zsh'],
      ['completion fish > ~/.config/fish/completions/source-async-jobs.fish', 'fish'],
    ],
  },
} as const satisfies Record<string, CommandDefinition>;

export type CommandName = keyof typeof COMMANDS;

export const COMMON_OPTIONS: Readonly<Record<string, OptionDefinition>> = {
  debug: flag('Log what happens in detail'),
};

export const EXIT_CODES = 'Exit codes: 0 done, 1 failed (an error says why), 2 wrong usage, 130 interrupted, 143 terminated.';

/** The definition of a command by its name. */
export function commandNamed(name: string): CommandDefinition | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name as CommandName] : undefined;
}
