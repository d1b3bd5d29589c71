import { fileURLToPath } from 'node:url';
import { EXIT } from './cli/exit';
import { parseArguments, UsageError } from './cli/parse-arguments';
import { runCommand } from './connector/run-command';
import { errorText } from './errors/connector-error';
import { cancelPolicy } from './jobs/cancel-policy';
import { DescriptorOutput, OutputClosedError } from './messages/stdout';
import { clockOf } from './platform/clock';
import { isTerminal } from './platform/is-terminal';
import { QuickStart } from './platform/quick-start';
import { SmallHeap } from './platform/small-heap';
import { Stopped } from './platform/stopped';

declare const __VERSION__: string;

const STDOUT = 1;
const STDERR = 2;

/** The only place that touches argv, signals and the exit code. */
async function main(): Promise<number> {
  const abort = new AbortController();
  const stop = (exitCode: number) => {
    // A second signal does not wait for anything.
    if (abort.signal.aborted) process.exit(exitCode);
    abort.abort(new Stopped(exitCode));
    setTimeout(() => process.exit(exitCode), cancelPolicy(process.env).graceMs).unref();
  };
  process.on('SIGTERM', () => stop(EXIT.terminated));
  process.on('SIGINT', () => stop(EXIT.interrupted));
  // The reader went away: writing reports that as an error.
  process.on('SIGPIPE', () => undefined);
  // A bug somewhere in the background: the run ends with a TRACE ERROR instead of a stack trace.
  process.on('uncaughtException', (error) => abort.abort(error));
  process.on('unhandledRejection', (error) => abort.abort(error));

  try {
    const args = await parseArguments(process.argv.slice(2), __VERSION__);
    const clock = clockOf(process.env);
    const output = new DescriptorOutput(STDOUT, clock, (error) => abort.abort(error));
    if ('text' in args) {
      await output.write(`${args.text}\n`);
      await output.flush();
      return EXIT.ok;
    }
    const received = args.command === 'read' ? new SmallHeap() : undefined;
    const world = { clock, env: process.env, random: Math.random, signal: abort.signal, received };
    if (args.command === 'builder') {
      const { runBuilder } = await import('./cli/run-builder');
      await runBuilder(args, world, {
        version: __VERSION__,
        assets: fileURLToPath(new URL('builder-page/', import.meta.url)),
        isInteractive: isTerminal(1),
        tell: (line) => void process.stderr.write(`${line}\n`),
      });
      return EXIT.ok;
    }
    if (args.command === 'accept') {
      const { runAccept } = await import('./cli/run-accept');
      const isAccepted = await runAccept(args, process.argv.slice(0, 2), world, output, (line) => void process.stderr.write(`${line}\n`));
      await output.flush();
      return isAccepted ? EXIT.ok : EXIT.failed;
    }
    if (args.command === 'state merge') {
      const { runStateMerge } = await import('./cli/run-state-merge');
      const isMerged = await runStateMerge(args, clock, output, (line) => void process.stderr.write(`${line}\n`));
      await output.flush();
      return isMerged ? EXIT.ok : EXIT.failed;
    }
    if (args.command === 'validate') {
      const { runValidate } = await import('./cli/run-validate');
      const isValid = await runValidate(args, world, output);
      await output.flush();
      return isValid ? EXIT.ok : EXIT.failed;
    }
    if (args.command === 'explain') {
      const { explanation } = await import('./cli/explanation');
      const { text, isKnown } = explanation(args.code);
      await output.write(text);
      await output.flush();
      return isKnown ? EXIT.ok : EXIT.failed;
    }
    if (args.command === 'completion') {
      const { completionScript } = await import('./cli/completion-script');
      await output.write(completionScript(args.shell));
      await output.flush();
      return EXIT.ok;
    }
    const quickStart = QuickStart.of(args.manifestPath, args.config);
    const commandWorld = { ...world, manifestLoaded: () => quickStart?.end() };
    if (args.format === 'json' && args.output === undefined && (args.progress ?? isTerminal(STDERR)) === false) {
      return (await runCommand(args, { output, ...commandWorld })) ? EXIT.ok : EXIT.failed;
    }
    const { presentCommand } = await import('./cli/present-command');
    const shown = presentCommand(args, { clock, env: process.env, stdout: output, stdoutIsTerminal: isTerminal(STDOUT), screen: process.stderr, onFailure: (error) => abort.abort(error) });
    try {
      return (await runCommand(shown.args, { ...commandWorld, ...shown })) ? EXIT.ok : EXIT.failed;
    } finally {
      shown.stop();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n`);
      return EXIT.usage;
    }
    const reason: unknown = abort.signal.aborted ? abort.signal.reason : error;
    if (reason instanceof Stopped) return reason.exitCode;
    if (reason instanceof OutputClosedError) return EXIT.failed;
    // The messages cannot carry it: a disk that is full, or a bug in what writes them. Thrown, it would be caught above, and end nothing.
    process.stderr.write(`${reason instanceof Error && !('syscall' in reason) ? reason.stack : `The output cannot be written: ${errorText(reason)}`}\n`);
    return EXIT.failed;
  }
}

void main().then((exitCode) => {
  // Idle keep-alive connections would hold the process; everything is written by now.
  process.exit(exitCode);
});
