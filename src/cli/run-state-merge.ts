import { writeFile } from 'node:fs/promises';
import { mergeStates } from '../connector/merge-states';
import { errorText, isConnectorError } from '../errors/connector-error';
import type { LineOutput } from '../messages/stdout';
import type { Clock } from '../platform/clock';
import { stringifyJson } from '../protocol/lossless-json';
import { UsageError, type ToolArguments } from './parse-arguments';

/** Writes the joined state of shards; false when that is not possible. `tell` gets what a person should know. */
export async function runStateMerge(args: ToolArguments & { command: 'state merge' }, clock: Clock, output: LineOutput, tell: (line: string) => void): Promise<boolean> {
  try {
    const { messages, unfinished } = await mergeStates(args.files, tell, clock.now());
    for (const line of unfinished) tell(line);
    if (unfinished.length > 0 && !args.partial) {
      tell('Not all shards are complete. Run those above again, each with its own state, and merge again. With --partial what they have not read is left to the next sync.');
      return false;
    }
    const text = `${stringifyJson(messages)}\n`;
    if (args.output === undefined) await output.write(text);
    else {
      await writeFile(args.output, text).catch((error: unknown) => {
        throw new UsageError(`The file ${args.output} cannot be written: ${errorText(error)}`);
      });
    }
    return true;
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    tell(error.message);
    return false;
  }
}
