import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandArguments, CommandWorld } from '../connector/run-command';
import { isConnectorError } from '../errors/connector-error';
import { DocumentWriter } from '../messages/document-writer';
import { FileWriter } from '../messages/file-writer';
import { FolderWriter, STATE_FILE } from '../messages/folder-writer';
import { MessageWriter } from '../messages/message-writer';
import type { FileWriterOptions } from '../messages/output-file';
import { notableLines } from '../messages/readable-message';
import { ReadableWriter } from '../messages/readable-writer';
import type { LineOutput } from '../messages/stdout';
import type { Clock } from '../platform/clock';
import type { SecretRegistry } from '../platform/runtime';
import type { AirbyteMessage } from '../protocol/airbyte';
import { UsageError, type PresentationArguments } from './parse-arguments';
import { isTerminal, ProgressDisplay, type ProgressScreen } from './progress/progress-display';
import { plainText } from './progress/terminal-text';

export interface PresentationWorld {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  stdout: LineOutput;
  stdoutIsTerminal: boolean;
  /** stderr */
  screen: ProgressScreen;
  /** Nothing can be written any more. */
  onFailure(error: Error): void;
}

/** How a command is shown to people. */
export interface Presentation extends Pick<CommandWorld, 'output' | 'createWriter' | 'observe'> {
  args: CommandArguments;
  /** Leaves the terminal as it is to stay. */
  stop(): void;
}

/**
 * What `--format`, `--output` and `--progress` ask for. Platforms ask for nothing of the kind and do not come here.
 * @throws UsageError
 */
export function presentCommand(args: CommandArguments & PresentationArguments, world: PresentationWorld): Presentation {
  const { clock, env, screen } = world;
  const wantsProgress = args.progress ?? isTerminal(screen, env);
  const display = wantsProgress && (args.command === 'read' || args.command === 'check') ? new ProgressDisplay({ screen, clock, env }) : undefined;
  const output = display && world.stdoutIsTerminal ? display.around(world.stdout) : world.stdout;
  // Whoever sees the messages themselves need not be told again.
  const isSeen = args.output === undefined && world.stdoutIsTerminal;
  const tell = (message: AirbyteMessage) => {
    for (const line of notableLines(message).map(plainText)) {
      if (display) display.above(line);
      else screen.write(`${line}\n`);
    }
  };
  const heard = !isSeen && (args.output !== undefined || display) ? tell : undefined;
  return {
    args: args.output !== undefined && isFolder(args.output) && args.command === 'read' ? { ...args, journal: args.journal ?? join(args.output, STATE_FILE) } : args,
    output,
    createWriter: (secrets) => createWriter(args, { output, heard, world, secrets }),
    observe: ({ events }) => display?.start(events),
    stop: () => display?.stop(),
  };
}

/** @throws UsageError when the place cannot be used */
async function createWriter(
  args: CommandArguments & PresentationArguments,
  { output, heard, world, secrets }: { output: LineOutput; heard: ((message: AirbyteMessage) => void) | undefined; world: PresentationWorld; secrets: SecretRegistry },
): Promise<MessageWriter> {
  const { clock, onFailure } = world;
  if (args.output === undefined) {
    return args.format === 'pretty' ? new ReadableWriter(output, clock, secrets, heard) : new MessageWriter(output, clock, secrets, heard);
  }
  const options: FileWriterOptions = { existing: args.force ? 'replace' : args.append ? 'append' : 'refuse', clock, secrets, heard, onFailure };
  try {
    if (args.command !== 'read') return new DocumentWriter(isFolder(args.output) ? join(args.output, documentName(args.command)) : args.output, options);
    return await (isFolder(args.output) ? FolderWriter : FileWriter).open(args.output, options);
  } catch (error) {
    throw isConnectorError(error) ? new UsageError(error.message) : error;
  }
}

/** A folder that is there, or a name that says so. */
function isFolder(path: string): boolean {
  return /[/\\]$/.test(path) || (existsSync(path) && statSync(path).isDirectory());
}

function documentName(command: 'spec' | 'check' | 'discover'): string {
  return { spec: 'spec.json', check: 'check.json', discover: 'catalog.json' }[command];
}
