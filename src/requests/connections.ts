import { readFileSync, readdirSync, statSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import { AddressGuard } from './address-guard';
import { proxyFor } from './proxy-settings';

/** Idle connections that are kept for each host. */
const FREE_SOCKETS = 40;
const MAX_HEADER_BYTES = 64 * 1024;

/** The connection pools of a run, by proxy: who connects where, through what, trusting whom. */
export class Connections {
  private readonly guard: AddressGuard | undefined;
  private readonly agents = new Map<string, HttpAgent>();
  private authorities: string[] | undefined;

  constructor(private readonly runtime: Runtime) {
    this.guard = runtime.env.DEPLOYMENT_MODE?.toLowerCase() === 'cloud' ? new AddressGuard() : undefined;
  }

  /**
   * Makes the way to `url` ready, with connections that are `kept` for later requests or not; refuses addresses that this
   * platform forbids, before anything is sent.
   * @throws ConnectorError (config_error)
   */
  async prepare(url: URL, kept: boolean): Promise<void> {
    const proxy = proxyFor(url, this.runtime.env);
    if (proxy) await this.guard?.checkResolved(url);
    else this.guard?.check(url);
    const isHttps = url.protocol === 'https:';
    const key = agentKey(isHttps, proxy, kept);
    if (this.agents.has(key)) return;
    const options = { keepAlive: kept, maxFreeSockets: FREE_SOCKETS };
    if (proxy) this.agents.set(key, await proxyAgent(isHttps, proxy, options));
    else this.agents.set(key, isHttps ? new HttpsAgent(options) : new HttpAgent(options));
  }

  /** Opens a request on a pooled connection; `prepare` comes first. */
  open(url: URL, kept: boolean, options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
    const isHttps = url.protocol === 'https:';
    const proxy = proxyFor(url, this.runtime.env);
    const complete = {
      ...options,
      agent: this.agents.get(agentKey(isHttps, proxy, kept)),
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(this.guard && !proxy ? { lookup: this.guard.lookup } : {}),
      ...(isHttps ? { ca: this.trusted() } : {}),
    };
    return (isHttps ? httpsRequest : httpRequest)(complete, onResponse);
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
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

function agentKey(isHttps: boolean, proxy: string | undefined, kept: boolean): string {
  return `${isHttps} ${kept} ${proxy ?? ''}`;
}

/** The packages are loaded only where a proxy is. */
async function proxyAgent(isHttps: boolean, proxy: string, options: { keepAlive: boolean; maxFreeSockets: number }): Promise<HttpAgent> {
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
