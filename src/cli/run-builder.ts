import { startBuilderServer } from '../builder/server';
import type { BuilderWorld } from '../builder/builder-runtime';
import { isLoopback } from '../builder/access';
import { UsageError, type ToolArguments } from './parse-arguments';

/** Serves until a signal ends it; `tell` gets what a person at the terminal should know. */
export async function runBuilder(args: ToolArguments & { command: 'builder' }, version: string, world: BuilderWorld, tell: (line: string) => void): Promise<void> {
  const { host, port } = args;
  const server = await startBuilderServer({ host, port, version, world, log: tell }).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') throw error;
    throw new UsageError(`The server cannot listen on port ${port} of ${host}: ${error.message}. Choose another with --port and --host.`);
  });
  tell(`The manifest server listens on ${server.url} (description: ${server.url}/openapi.json). Ctrl+C ends it.`);
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
