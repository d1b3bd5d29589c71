import { registerSecrets } from '../../connector/config';
import { KnownSecrets } from '../../errors/secrets';
import type { ComponentRegistry } from '../../manifest/component-registry';
import { manifestSchema } from '../../manifest/component-schema';
import { resolveManifest } from '../../manifest/load-manifest';
import { parseManifest } from '../../manifest/parse-manifest';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { BuilderWorld } from '../builder-runtime';
import { CassetteStore } from '../cassette/cassette-store';
import { tapeOf, type Tape } from '../cassette/tape';
import { EXAMPLE_KEY } from '../example/example-api';
import { exampleManifest } from '../example/example-manifest';
import { lintManifest } from '../lint/manifest-lint';
import type { TestRuns } from '../live/test-runs';
import type { Definitions, Finding, InputsStatus, Preview, PreviewRequest, Session, TestRequest } from '../page-contract';
import { InputStore } from './input-store';
import { interpolationNames } from './interpolation-names';
import { ManifestStore } from './manifest-store';
import { PageAssets } from './page-assets';
import { PageKey } from './page-key';
import { preview } from './preview';

export interface PageOptions {
  /** The manifest file; it need not exist yet. */
  manifest: string | undefined;
  /** Where a new manifest goes. */
  folder: string;
  /** Values for the inputs, in place of those that were kept. */
  config: JsonObject | undefined;
  /** Serves the API to try with. */
  example: boolean;
  /** The built page. */
  assets: string;
}

export const EXAMPLE_PATH = '/example';

/** What the page works on: one manifest, its inputs, and what is beside it. */
export class PageSession {
  readonly key = new PageKey();
  readonly assets: PageAssets;
  readonly manifest: ManifestStore;
  readonly inputs: InputStore;
  private readonly cassettes: CassetteStore;
  /** The text that the page spoke of last. */
  private seen: string | undefined;
  private components: Definitions | undefined;
  private example: Session['example'] = null;

  constructor(
    readonly options: PageOptions,
    private readonly registry: ComponentRegistry,
    private readonly world: BuilderWorld,
    private readonly version: string,
  ) {
    this.assets = new PageAssets(options.assets);
    this.manifest = new ManifestStore(options.manifest, options.folder);
    this.inputs = new InputStore(this.manifest);
    this.cassettes = new CassetteStore(() => this.manifest.home);
  }

  /** @param origin of this server, as programs of this machine reach it */
  offerExample(origin: string): void {
    const url = `${origin}${EXAMPLE_PATH}`;
    if (this.options.example) this.example = { url, apiKey: EXAMPLE_KEY, manifest: exampleManifest(url) };
  }

  async describe(): Promise<Session> {
    return {
      version: this.version,
      manifestFile: this.manifest.file,
      example: this.example,
      customCode: this.world.env.AIRBYTE_ENABLE_UNSAFE_CODE?.toLowerCase() === 'true',
      cassettes: await this.cassettes.names(),
    };
  }

  definitions(): Definitions {
    this.components ??= {
      components: manifestSchema(this.registry, 'DeclarativeSource').definitions as unknown as Record<string, JsonObject>,
      interpolation: interpolationNames(),
    };
    return this.components;
  }

  /** Remembers the manifest as it is edited: its spec says which inputs are secret. */
  see(text: string): void {
    this.seen = text;
  }

  lint(text: string, tests: TestRuns, signal: AbortSignal): Promise<Finding[]> {
    return lintManifest(text, this.registry, { ...this.world, signal }, { seenStatuses: tests.seenStatuses });
  }

  async preview(request: PreviewRequest, tests: TestRuns): Promise<Preview> {
    const config = this.inputs.config;
    const secrets = new KnownSecrets();
    const specification = specificationOf(request.text);
    if (isObject(specification)) registerSecrets(config, specification, secrets);
    return preview(request, { config, test: request.testId === undefined ? undefined : tests.get(request.testId), registry: this.registry, world: this.world, secrets });
  }

  /** How a test is recorded or replayed; undefined when neither. */
  tape(request: TestRequest): Promise<Tape | undefined> {
    return tapeOf(request, this.inputs.config, specificationOf(request.text), this.cassettes, this.world.clock);
  }

  async inputsStatus(): Promise<InputsStatus> {
    return this.inputs.status(specificationOf(this.seen ?? (await this.manifest.read()).text));
  }
}

/** The `connection_specification` of a manifest; undefined when the text has none, or is no manifest. */
function specificationOf(text: string): JsonValue | undefined {
  try {
    const { spec } = resolveManifest(parseManifest(text, 'The manifest'));
    return isObject(spec) ? spec.connection_specification : undefined;
  } catch {
    return undefined;
  }
}
