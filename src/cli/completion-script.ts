import { COMMANDS, COMMON_OPTIONS, PROGRAM, type CommandDefinition, type OptionDefinition } from './commands';

export type Shell = 'bash' | 'zsh' | 'fish';

const FUNCTION = '_source_async_jobs';
const EVERYWHERE: Readonly<Record<string, OptionDefinition>> = { ...COMMON_OPTIONS, help: { type: 'boolean', describe: 'Show help' } };

/** A script that makes a shell complete commands, options, choices and files. It runs nothing of ours. */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell]();
}

const commands = (): [string, CommandDefinition][] => Object.entries<CommandDefinition>(COMMANDS);
const optionsOf = ({ options }: CommandDefinition): [string, OptionDefinition][] => Object.entries({ ...options, ...EVERYWHERE });
/** `--progress` and `--no-progress` */
const spellings = ([name, { isNegatable }]: [string, OptionDefinition]): string[] => [`--${name}`, ...(isNegatable ? [`--no-${name}`] : [])];

function bash(): string {
  const cases = commands().map(([name, definition]) => {
    const positional = definition.positionals?.[0];
    return `    ${name}) options="${optionsOf(definition).flatMap(spellings).join(' ')}"; words="${positional?.choices?.join(' ') ?? ''}" ;;`;
  });
  const values = new Map<string, string>();
  for (const [, definition] of commands()) {
    for (const [name, { choices, completes }] of optionsOf(definition)) {
      if (choices) values.set(name, `COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current")); return`);
      else if (completes === 'nothing') values.set(name, 'return');
    }
  }
  const valued = new Set(commands().flatMap(([, definition]) => optionsOf(definition).flatMap(([name, { type }]) => (type === 'boolean' ? [] : [`--${name}`]))));
  return `# bash completion for ${PROGRAM}: source it, or put it where bash-completion looks.
${FUNCTION}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} options="" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands().map(([name]) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "$previous" in
${[...values].map(([name, action]) => `    --${name}) ${action} ;;`).join('\n')}
    ${[...valued].join('|')}) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *)
      if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
      else compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); fi ;;
  esac
}
complete -F ${FUNCTION} ${PROGRAM}
`;
}

function zsh(): string {
  const escaped = (text: string) => text.replace(/'/g, `'\\''`).replace(/([[\]:\\])/g, '\\$1');
  const action = ({ choices, completes }: Pick<OptionDefinition, 'choices' | 'completes'>) => (choices ? `(${choices.join(' ')})` : completes === 'nothing' ? '' : '_files');
  const option = (entry: [string, OptionDefinition]) =>
    spellings(entry).map((spelling) => `'${spelling}[${escaped(entry[1].describe)}]${entry[1].type === 'boolean' ? '' : `:${entry[0]}:${action(entry[1])}`}'`);
  const cases = commands().map(([name, definition]) => {
    const positionals = (definition.positionals ?? []).map((positional) => `'${positional.isList ? '*' : ''}:${positional.name}:${action(positional)}'`);
    return `    ${name}) _arguments ${[...optionsOf(definition).flatMap(option), ...positionals].join(' ')} ;;`;
  });
  return `#compdef ${PROGRAM}
# zsh completion for ${PROGRAM}: put it into a folder of $fpath as _${PROGRAM}.
${FUNCTION}() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands().map(([name, { describe }]) => `'${name}:${escaped(describe)}'`).join(' ')})
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${PROGRAM}" ]; then ${FUNCTION} "$@"; else compdef ${FUNCTION} ${PROGRAM}; fi
`;
}

function fish(): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const within = (name: string) => `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  const lines = commands().flatMap(([name, definition]) => [
    `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${name} -d ${quoted(definition.describe)}`,
    ...(definition.positionals ?? []).flatMap(({ choices }) => (choices ? [`complete -c ${PROGRAM} ${within(name)} -f -a ${quoted(choices.join(' '))}`] : [])),
    ...optionsOf(definition).flatMap((entry) => {
      const [, { type, describe, choices, completes }] = entry;
      const value = type === 'boolean' ? '' : choices ? ` -x -a ${quoted(choices.join(' '))}` : completes === 'nothing' ? ' -x' : ' -r -F';
      return spellings(entry).map((spelling) => `complete -c ${PROGRAM} ${within(name)} -l ${spelling.slice(2)}${value} -d ${quoted(describe)}`);
    }),
  ]);
  return `# fish completion for ${PROGRAM}: put it into ~/.config/fish/completions/${PROGRAM}.fish\n${lines.join('\n')}\n`;
}
