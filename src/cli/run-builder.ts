import { isLoopback } from '../builder/access';
import type { BuilderWorld } from '../builder/builder-runtime';
import { EXAMPLE_KEY } from '../builder/example/example-api';
import { startBuilderServer } from '../builder/server';
import { readConfig } from '../connector/input-files';
import { errorText } from '../errors/connector-error';
import { openBrowser } from './open-browser';
import { UsageError, type ToolArguments } from './parse-arguments';

export interface BuilderTerminal {
  version: string;
  /** The folder of the built page. */
  assets: string;
  /** Whether a person is there to look at a browser. */
  isInteractive: boolean;
  /** Gets what a person at the terminal should know, a line each. */
  tell(line: string): void;
}

/** Serves until a signal ends it. */
export async function runBuilder(args: ToolArguments & { command: 'builder' }, world: BuilderWorld, { version, assets, isInteractive, tell }: BuilderTerminal): Promise<void> {
  const { host, port, manifest, example } = args;
  const config = args.config === undefined ? undefined : await readConfig(args.config).catch((error: unknown) => {
    throw new UsageError(errorText(error));
  });
  const page = { manifest, folder: process.cwd(), config, example, assets };
  const server = await startBuilderServer({ host, port, version, world, page, log: tell }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') throw error;
    throw new UsageError(`The server cannot listen on port ${port} of ${host}: ${error.message}. Choose another with --port and --host.`);
  });
  tell(`The manifest server listens on ${server.url} (description: ${server.url}/openapi.json). Ctrl+C ends it.`);
  if (example) tell(`An API to try with answers at ${server.url}/example; its key is ${EXAMPLE_KEY}.`);
  if (server.pageUrl) tell(`Open the Builder: ${server.pageUrl}`);
  if (server.pageUrl && isInteractive && args.open) openBrowser(server.pageUrl);
  if (!isLoopback(host) && !world.env.AB_JWT_SIGNATURE_SECRET) {
    tell('Whoever reaches this address can use it. Set AB_JWT_SIGNATURE_SECRET to let in only requests with a token.');
  }
  await new Promise<void>((resolve) => {
    if (world.signal.aborted) resolve();
    else world.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
  throw world.signal.reason;
}
