import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../errors/connector-error';
import type { SecretRegistry } from '../../platform/runtime';
import { writeAtomically } from '../page-api/atomic-file';
import { Refusal } from '../refusal';
import { cassetteText, parseCassette, type Cassette } from './cassette';

const ENDING = '.cassette.json';
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** The cassettes in a folder: `NAME.cassette.json`. */
export class CassetteStore {
  /** @param folder asked each time: the first save of a manifest may choose it */
  constructor(private readonly folder: () => string) {}

  async names(): Promise<string[]> {
    const files = await readdir(this.folder()).catch((): string[] => []);
    return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length)).sort();
  }

  /** @throws Refusal 404 when there is none of that name, 422 when it cannot be used */
  async load(name: string): Promise<Cassette> {
    const path = this.path(name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw new Refusal(404, `There is no recording "${name}": ${errorText(error)}`);
    }
    try {
      return parseCassette(text);
    } catch (error) {
      throw new Refusal(422, `The recording "${name}" cannot be used: ${errorText(error)}. Record it again.`);
    }
  }

  /** Records hold what people may not want to share: only the owner reads the file. */
  async save(name: string, cassette: Cassette, secrets: SecretRegistry): Promise<void> {
    await writeAtomically(this.path(name), cassetteText(cassette, secrets), { mode: 0o600 });
  }

  /** @throws Refusal 422 for what is no plain name */
  check(name: string | undefined): asserts name is string {
    if (typeof name !== 'string' || !PLAIN_NAME.test(name)) throw new Refusal(422, `A recording has a plain name of letters, digits, "_", "-" and "."; ${JSON.stringify(name ?? null)} is none.`);
  }

  private path(name: string): string {
    this.check(name);
    return join(this.folder(), `${name}${ENDING}`);
  }
}
