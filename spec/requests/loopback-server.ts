import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  method: string;
  /** As it stood in the request line. */
  target: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = (response: ServerResponse, request: SeenRequest, count: number) => void;

/** An HTTP server on 127.0.0.1 that notes what it gets; each path has its own answers, the last one repeats. */
export class LoopbackServer {
  readonly seen: SeenRequest[] = [];
  private readonly routes = new Map<string, Answer[]>();
  private readonly counts = new Map<string, number>();
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  async start(): Promise<this> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const seen = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
        this.seen.push(seen);
        const path = seen.target.split('?', 1)[0] as string;
        const answers = this.routes.get(path) ?? [json({})];
        const count = (this.counts.get(path) ?? 0) + 1;
        this.counts.set(path, count);
        (answers[Math.min(count, answers.length) - 1] as Answer)(response, seen, count);
      });
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server?.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.sockets.size;
  }

  on(path: string, ...answers: Answer[]): this {
    this.routes.set(path, answers);
    this.counts.delete(path);
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
}

export function text(body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

export const resetConnection: Answer = (response) => response.socket?.destroy();
export const neverAnswer: Answer = () => {};
