import { readFileSync, readdirSync, statSync } from 'node:fs';
import { Agent as HttpAgent, type AgentOptions, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import { AddressGuard } from './address-guard';
import { proxyFor } from './proxy-settings';

/** Idle connections that are kept for each host. */
const FREE_SOCKETS = 40;
const MAX_HEADER_BYTES = 64 * 1024;
/** Of connections without traffic, whose other end may be gone. */
export const KEEPALIVE_PROBE_MS = 60_000;
/** Hosts whose routes are remembered; few runs see more than three. */
const MAX_ROUTES = 1_000;

/** The way to one host: what its requests have in common. */
export interface Route {
  readonly url: URL;
  readonly isHttps: boolean;
  readonly proxy: string | undefined;
  /** For `http.request`; method, path and headers come to it. */
  readonly options: RequestOptions;
}

/** The connection pools of a run, by proxy: who connects where, through what, trusting whom. */
export class Connections {
  private readonly guard: AddressGuard | undefined;
  private readonly agents = new Map<string, HttpAgent>();
  private readonly routes = new Map<string, Route>();
  private authorities: string[] | undefined;

  constructor(private readonly runtime: Runtime) {
    this.guard = runtime.env.DEPLOYMENT_MODE?.toLowerCase() === 'cloud' ? new AddressGuard() : undefined;
  }

  /**
   * The way to `origin` (scheme, host, port), with connections that are `kept` for later requests or not; refuses addresses
   * that this platform forbids, before anything is sent.
   * @throws ConnectorError (config_error)
   */
  async route(origin: string, kept: boolean): Promise<Route> {
    const key = `${kept} ${origin}`;
    const known = this.routes.get(key);
    // What a name stands for may have changed, and a proxy looks it up by itself.
    if (known?.proxy) await this.guard?.checkResolved(known.url);
    if (known) return known;
    const url = new URL(origin);
    const isHttps = url.protocol === 'https:';
    const proxy = proxyFor(url, this.runtime.env);
    if (proxy) await this.guard?.checkResolved(url);
    else this.guard?.check(url);
    const options = {
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      agent: await this.agent(isHttps, proxy, kept),
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(this.guard && !proxy ? { lookup: this.guard.lookup } : {}),
      ...(isHttps ? { ca: this.trusted() } : {}),
    };
    const route = { url, isHttps, proxy, options };
    if (this.routes.size >= MAX_ROUTES) this.routes.clear();
    this.routes.set(key, route);
    return route;
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
    this.routes.clear();
  }

  private async agent(isHttps: boolean, proxy: string | undefined, kept: boolean): Promise<HttpAgent> {
    const key = `${isHttps} ${kept} ${proxy ?? ''}`;
    const options = { keepAlive: kept, keepAliveMsecs: KEEPALIVE_PROBE_MS, maxFreeSockets: FREE_SOCKETS };
    const made = this.agents.get(key) ?? (proxy ? await proxyAgent(isHttps, proxy, options) : isHttps ? new HttpsAgent(options) : new HttpAgent(options));
    // Another request may have made one meanwhile.
    const agent = this.agents.get(key) ?? made;
    this.agents.set(key, agent);
    return agent;
  }

  /**
   * Certificates of REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE in addition to the built-in ones; undefined when
   * none is named. Node honours NODE_EXTRA_CA_CERTS by itself, but not beside a list of ours.
   */
  private trusted(): string[] | undefined {
    const { env } = this.runtime;
    const bundle = env.REQUESTS_CA_BUNDLE || env.CURL_CA_BUNDLE || env.SSL_CERT_FILE;
    if (!bundle) return undefined;
    this.authorities ??= [...rootCertificates, ...[bundle, env.NODE_EXTRA_CA_CERTS].filter((path) => path !== undefined && path !== '').flatMap((path) => readCertificates(path as string))];
    return this.authorities;
  }
}

/** The packages are loaded only where a proxy is. */
async function proxyAgent(isHttps: boolean, proxy: string, options: AgentOptions): Promise<HttpAgent> {
  if (!/^https?:\/\//i.test(proxy) || !URL.canParse(proxy)) {
    throw ConnectorError.config('http.unsupported_proxy', `The proxy "${proxy.replace(/\/\/.*@/, '//****@')}" of the environment cannot be used: only http:// and https:// proxies are supported.`);
  }
  if (isHttps) return new (await import('https-proxy-agent')).HttpsProxyAgent(proxy, options);
  return new (await import('http-proxy-agent')).HttpProxyAgent(proxy, options);
}

function readCertificates(path: string): string[] {
  try {
    const files = statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
    return files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'utf8')).filter((text) => text.includes('BEGIN CERTIFICATE'));
  } catch (error) {
    throw ConnectorError.config('http.unreadable_certificates', `The certificate bundle "${path}" that the environment names cannot be read: ${errorText(error)}`);
  }
}
