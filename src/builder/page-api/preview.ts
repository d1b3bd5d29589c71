import { errorText } from '../../errors/connector-error';
import { KnownSecrets } from '../../errors/secrets';
import { answerVariables } from '../../jobs/api-answer';
import type { BuildContext } from '../../manifest/build-context';
import type { ComponentRegistry } from '../../manifest/component-registry';
import { InterpolatedString, type Vars } from '../../manifest/interpolation/interpolated-string';
import { resolveManifest } from '../../manifest/load-manifest';
import { parseManifest } from '../../manifest/parse-manifest';
import type { HttpExchange } from '../../platform/events';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { parseJson, stringifyJson } from '../../protocol/lossless-json';
import { StreamSlice } from '../../slices/stream-slice';
import { BuilderRuntime, type BuilderWorld } from '../builder-runtime';
import type { LiveTest } from '../live/live-test';
import type { Preview, PreviewRequest, TestPhase } from '../page-contract';

const NO_LIMITS = { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 };
/** A field path may find a whole file. */
const MAX_FOUND = 20;

interface PreviewInputs {
  config: JsonObject;
  /** Whose answers the template sees. */
  test: LiveTest | undefined;
  registry: ComponentRegistry;
  world: BuilderWorld;
  /** Registers the secrets of the config with the mask. */
  secrets: KnownSecrets;
}

/** What a template or a field path gives with the answers of a test. Trouble is the answer, never an exception. */
export async function preview(request: PreviewRequest, inputs: PreviewInputs): Promise<Preview> {
  const { secrets } = inputs;
  const mask = (text: string) => inputs.test?.mask(secrets.mask(text)) ?? secrets.mask(text);
  try {
    const evaluation = new PreviewEvaluation(request, inputs);
    const value = request.template === undefined ? await evaluation.found(request.path ?? []) : await evaluation.rendered(request.template);
    return { value: masked(value, mask) };
  } catch (error) {
    return { problem: mask(errorText(error)) };
  }
}

class PreviewEvaluation {
  private readonly retriever: JsonObject;
  private readonly parameters: JsonObject;
  private readonly ctx: BuildContext;

  constructor(
    private readonly request: PreviewRequest,
    private readonly inputs: PreviewInputs,
  ) {
    const model = streamModel(request);
    this.retriever = isObject(model.retriever) ? model.retriever : {};
    this.parameters = isObject(this.retriever.$parameters) ? this.retriever.$parameters : {};
    const runtime = new BuilderRuntime(inputs.world, NO_LIMITS);
    this.ctx = inputs.registry.context({ config: inputs.config, parameters: this.parameters, path: '', streamName: request.streamName, isParent: false, role: undefined, runtime });
  }

  async rendered(template: string): Promise<JsonValue> {
    return new InterpolatedString(template, { config: this.inputs.config, parameters: this.parameters, clock: this.inputs.world.clock }).eval(await this.variables());
  }

  async found(path: readonly string[]): Promise<JsonValue> {
    const { place } = this.request;
    const phase: TestPhase = place === 'other' ? 'download' : place;
    const exchange = this.exchange(phase) ?? (phase === 'download_target' ? this.exchange('polling') : undefined);
    if (!exchange) throw new Error('No answer of this kind has come yet. Press Test to get one.');
    const found = await this.extracted({ type: 'DpathExtractor', field_path: [...path] }, exchange, phase === 'download' ? 'download_decoder' : 'decoder');
    if (found.length === 0) throw new Error('There is nothing at this path in the last answer.');
    return found.length === 1 ? found[0]! : found.slice(0, MAX_FOUND);
  }

  /** What the engine gives to templates of this place. */
  private async variables(): Promise<Vars> {
    const { place } = this.request;
    const creation = place === 'creation' ? undefined : this.exchange('creation');
    const polling = place === 'creation' || place === 'polling' ? undefined : this.exchange('polling');
    const slice = this.exchange('creation')?.slice ?? this.exchange('download')?.slice ?? {};
    const target = place === 'download' || place === 'other' ? await this.target() : undefined;
    return {
      ...new StreamSlice(slice).variables(),
      ...(creation ? { creation_response: answered(creation) } : {}),
      ...(polling ? { polling_response: answered(polling) } : {}),
      ...(target === undefined ? {} : { download_target: target, url: target, download_url: target }),
    };
  }

  private async target(): Promise<JsonValue | undefined> {
    const { download_target_extractor: model } = this.retriever;
    const exchange = this.exchange('download_target') ?? this.exchange('polling');
    if (!isObject(model) || !exchange) return undefined;
    return (await this.extracted(model, exchange, 'decoder')).find((target) => target !== null && target !== '');
  }

  private async extracted(model: JsonObject, exchange: HttpExchange, decoderProperty: 'decoder' | 'download_decoder'): Promise<JsonValue[]> {
    const decoderModel = this.retriever[decoderProperty];
    const decoder = this.ctx.build('Decoder', isObject(decoderModel) ? decoderModel : { type: 'JsonDecoder' });
    const extractor = this.ctx.build('RecordExtractor', model);
    const bytes = Buffer.from(exchange.response?.body ?? '');
    const body = (async function* () {
      if (bytes.length > 0) yield bytes;
    })();
    const elements: JsonValue[] = [];
    for await (const batch of decoder.decode(body, { headers: exchange.response?.headers ?? {}, warn: () => undefined })) {
      elements.push(...(batch as JsonValue[]));
      if (elements.length >= MAX_FOUND) break;
    }
    return extractor.extract(elements);
  }

  private exchange(phase: TestPhase): HttpExchange | undefined {
    return this.inputs.test?.lastExchange(phase);
  }
}

function streamModel({ text, streamName }: PreviewRequest): JsonObject {
  try {
    const { streams } = resolveManifest(parseManifest(text, 'The manifest'));
    const found = Array.isArray(streams) ? streams.find((stream) => isObject(stream) && stream.name === streamName) : undefined;
    return isObject(found) ? found : {};
  } catch {
    // Half-written elsewhere: this template can be shown all the same.
    return {};
  }
}

function answered({ request, response }: HttpExchange): JsonObject {
  let body: JsonValue | undefined;
  try {
    body = parseJson(response?.body ?? '');
  } catch {
    body = undefined;
  }
  return answerVariables(body, { headers: response?.headers ?? {}, request });
}

function masked(value: JsonValue, mask: (text: string) => string): JsonValue {
  return parseJson(mask(stringifyJson(value)));
}
