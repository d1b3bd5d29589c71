import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorText } from '../../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { parseJson, stringifyJson } from '../../protocol/lossless-json';
import type { InputsStatus } from '../page-contract';
import { Refusal } from '../refusal';
import { writeAtomically } from './atomic-file';
import type { ManifestStore } from './manifest-store';
import { publicInputs } from './public-inputs';

const DEEPEST = 20;

/** The inputs of tests: the user's config. Secret values go in and never come out. */
export class InputStore {
  private values: JsonObject = {};
  private keptIn: string | undefined;

  constructor(private readonly manifest: ManifestStore) {}

  /** What tests run with. */
  get config(): JsonObject {
    return structuredClone(this.values);
  }

  /** Starts with values, or with those that were kept beside the manifest. A kept file that cannot be read is told and left alone. */
  async load(given: JsonObject | undefined, tell: (line: string) => void): Promise<void> {
    if (given) {
      this.values = structuredClone(given);
      return;
    }
    const path = this.path;
    try {
      const kept = parseJson(await readFile(path, 'utf8'));
      if (!isObject(kept)) throw new Error('it holds no JSON object');
      this.values = kept;
      this.keptIn = path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tell(`The kept inputs in ${path} cannot be used: ${errorText(error)}`);
    }
  }

  /** @throws Refusal 409 when the file cannot be written */
  async change(changes: JsonObject, keep: boolean): Promise<void> {
    merge(this.values, changes, 0);
    try {
      const path = this.path;
      if (keep) await writeAtomically(path, `${stringifyJson(this.values)}\n`, { mode: 0o600, always: true });
      if (this.keptIn !== undefined && (!keep || this.keptIn !== path)) await rm(this.keptIn, { force: true });
      this.keptIn = keep ? path : undefined;
    } catch (error) {
      throw new Refusal(409, `The inputs cannot be kept in ${basename(this.path)}: ${errorText(error)}`);
    }
  }

  /** @param specification the `connection_specification` of the manifest; what it does not describe counts as secret */
  status(specification: JsonValue | undefined): InputsStatus {
    return { ...publicInputs(this.values, specification), keptIn: this.keptIn === undefined ? null : basename(this.keptIn) };
  }

  private get path(): string {
    return join(this.manifest.home, `.${(this.manifest.file ?? 'manifest').replace(/\.(?:ya?ml|json)$/, '')}.inputs.json`);
  }
}

/** Objects are merged, `null` removes, everything else replaces. */
function merge(values: JsonObject, changes: JsonObject, depth: number): void {
  for (const [name, change] of Object.entries(changes)) {
    const value = getOwn(values, name);
    if (change === null) delete values[name];
    else if (isObject(change) && isObject(value) && depth < DEEPEST) merge(value, change, depth + 1);
    else setOwn(values, name, change);
  }
}
