import { ConnectorError, errorText, isConnectorError } from '../../errors/connector-error';
import type { Runtime } from '../../platform/runtime';
import type { HttpAnswer, HttpCall } from '../../requests/http-call';
import { HttpClient } from '../../requests/http-client';
import type { Interaction, RecordedError } from './cassette';

/** More of a body is not kept: a test reads a few pages. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** Asks the API, and keeps what it said. */
export class RecordingClient extends HttpClient {
  constructor(
    private readonly world: Runtime,
    private readonly keep: (interaction: Interaction) => void,
    private readonly startedAt: number,
  ) {
    super(world);
  }

  override async call(call: HttpCall): Promise<HttpAnswer> {
    const failures = new Set<unknown>();
    const { repeat } = call;
    const followed = (next: HttpCall): HttpCall => ({
      ...next,
      repeat: async (error) => {
        this.add(next, { error: recorded(error) });
        failures.add(error);
        const again = await repeat?.(error).catch((refusal: unknown) => {
          failures.add(refusal);
          throw refusal;
        });
        return again && followed(again);
      },
    });
    let answer: HttpAnswer;
    try {
      answer = await super.call(followed(call));
    } catch (error) {
      const isKnown = failures.has(error) || (call.signal ?? this.world.signal).aborted;
      if (!isKnown && isConnectorError(error)) this.add(call, { error: recorded(error) });
      throw error;
    }
    let broken: RecordedError | undefined;
    const peeked = await answer.body.peek(KEPT_BYTES).catch((error: unknown) => {
      broken = recorded(error);
      return { bytes: answer.body.readUntilNow, complete: true };
    });
    const bytes = Uint8Array.from(peeked.bytes.subarray(0, KEPT_BYTES));
    if (!peeked.complete) broken = { code: 'cassette.body_cut', message: `The recording holds only the first ${KEPT_BYTES} bytes of this body.`, recovery: 'stop_stream' };
    this.add(call, { response: { status: answer.status, headers: { ...answer.headers }, url: answer.url, body: bytes, ...(broken && { broken }) } });
    return answer;
  }

  private add({ method, url, headers = {}, body = null }: HttpCall, what: Pick<Interaction, 'response' | 'error'>): void {
    this.keep({ at: this.world.clock.monotonic() - this.startedAt, request: { method, url, headers: { ...headers }, body }, ...what });
  }
}

function recorded(error: unknown): RecordedError {
  return error instanceof ConnectorError ? { code: error.code, message: error.message, recovery: error.recovery } : { code: 'run.unexpected', message: errorText(error), recovery: 'stop_stream' };
}
