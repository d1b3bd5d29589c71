import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorText } from '../../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { parseJson, stringifyJson } from '../../protocol/lossless-json';
import type { InputsStatus } from '../page-contract';
import { Refusal } from '../refusal';
import { writeAtomically } from './atomic-file';
import type { ManifestStore } from './manifest-store';

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
    const secretsSet: string[] = [];
    return { values: shown(this.values, specification, '', secretsSet, 0), secretsSet, keptIn: this.keptIn === undefined ? null : basename(this.keptIn) };
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

function shown(values: JsonObject, schema: JsonValue | undefined, path: string, secrets: string[], depth: number): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    const place = path ? `${path}.${name}` : name;
    const property = propertySchema(schema, name);
    if (!property || property.airbyte_secret === true || depth > DEEPEST) secrets.push(place);
    else if (isObject(value)) setOwn(result, name, shown(value, property, place, secrets, depth + 1));
    else if (Array.isArray(value) && value.some((item) => typeof item === 'object') && JSON.stringify(property).includes('airbyte_secret')) secrets.push(place);
    else setOwn(result, name, value);
  }
  return result;
}

/** The schema of a property, in whichever branch of a choice it stands; secret when it is secret in one of them. */
function propertySchema(schema: JsonValue | undefined, name: string): JsonObject | undefined {
  if (!isObject(schema)) return undefined;
  const branches = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => (Array.isArray(schema[keyword]) ? (schema[keyword] as JsonValue[]) : []));
  const found = [isObject(schema.properties) ? getOwn(schema.properties, name) : undefined, ...branches.map((branch) => propertySchema(branch, name))].filter(isObject);
  return found.find(({ airbyte_secret: secret }) => secret === true) ?? (found.length > 1 ? { allOf: found } : found[0]);
}
