import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Axios, AxiosError, AxiosInstance, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { ConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import { Connections } from './connections';
import type { HttpAnswer, HttpCall } from './http-call';
import { OpenCall } from './open-call';
import { redirectedCall } from './redirects';
import { shownUrl } from './shown-url';

const MAX_REDIRECTS = 30;
/** Never reached: `repeat` decides. Only so that no loop is without a bound. */
const MAX_REPETITIONS = 1_000;

declare module '../platform/runtime' {
  interface SharedServices {
    httpClient: HttpClient;
  }
}

declare module 'axios' {
  interface AxiosRequestConfig {
    openCall?: OpenCall;
  }
}

/** The HTTP client of this run. */
export function httpClient(runtime: Runtime): HttpClient {
  return runtime.shared('httpClient', () => new HttpClient(runtime));
}

/**
 * Sends single calls: pools, proxies, redirects, cookies, time-outs. The only place that knows axios. Repetitions are
 * axios-retry's doing and the caller's decision (`repeat`); what answers mean is nobody's business here.
 */
export class HttpClient {
  private readonly connections: Connections;
  private axios: Promise<Axios> | undefined;

  constructor(private readonly runtime: Runtime) {
    this.connections = new Connections(runtime);
    // Each request under way listens; more than the usual ten is no leak.
    setMaxListeners(0, runtime.signal);
  }

  /**
   * Answers of any status resolve.
   * @throws ConnectorError `http.…` for everything that went wrong before the body; the reason of the signal when aborted
   */
  async call(call: HttpCall): Promise<HttpAnswer> {
    const openCall = new OpenCall(call, this.connections, this.runtime);
    try {
      for (;;) {
        const answer = await openCall.answer(await this.send(openCall));
        const next = redirectedCall(openCall.current, answer, this.runtime.secrets);
        if (!next) return answer;
        answer.body.discard();
        openCall.follow(next);
        if (openCall.hops > MAX_REDIRECTS) {
          const { method, url } = call;
          throw ConnectorError.system('http.too_many_redirects', `'${method}' request to '${shownUrl(url)}' was redirected more than ${MAX_REDIRECTS} times. Check the address of the requester.`);
        }
      }
    } catch (error) {
      openCall.release();
      throw openCall.signal.aborted ? openCall.signal.reason : error;
    }
  }

  /** Closes idle connections; the process could end without, but not a test. */
  close(): void {
    this.connections.close();
  }

  /** Sends the call, and what `repeat` puts in its place, until something answers. */
  private async send(openCall: OpenCall): Promise<IncomingMessage> {
    await openCall.prepare();
    const axios = await (this.axios ??= axiosWithRetry());
    try {
      const { data } = await axios.request<IncomingMessage>({ openCall });
      return data;
    } catch (error) {
      throw openCall.failure((error as Error).cause ?? error);
    }
  }
}

/**
 * Loaded with the first request: commands that send none start faster. An instance of the class has none of the settings of
 * the default one, which axios would go through for each request; the requests themselves are ours (`OpenCall`).
 */
async function axiosWithRetry(): Promise<Axios> {
  const [{ default: axios }, { default: axiosRetry }] = await Promise.all([import('axios'), import('axios-retry')]);
  const adapter = async (config: InternalAxiosRequestConfig): Promise<AxiosResponse<IncomingMessage>> => {
    try {
      const data = await (config.openCall as OpenCall).transmit();
      // Nobody looks at these headers, and of others axios would make some of its own kind.
      return { data, status: data.statusCode as number, statusText: '', headers: config.headers, config };
    } catch (error) {
      // By its config axios-retry knows what failed.
      throw Object.assign(new axios.AxiosError('The request failed', undefined, config), { cause: error });
    }
  };
  const sender = new axios.Axios({ adapter });
  // axios-retry calls the instance, as those that axios.create() makes can be called.
  const instance = Object.assign((config: AxiosRequestConfig) => sender.request(config), { defaults: sender.defaults, interceptors: sender.interceptors });
  axiosRetry(instance as unknown as AxiosInstance, {
    retries: MAX_REPETITIONS,
    retryDelay: () => 0,
    retryCondition: ({ config, cause }: AxiosError) => (config?.openCall as OpenCall).mayRepeat(cause),
  });
  return sender;
}
