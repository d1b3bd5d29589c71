import { readFile } from 'node:fs';
import { promisify } from 'node:util';

const read = promisify(readFile);

/** The text of a file in UTF-8. For what every start reads: `node:fs/promises` brings streams and readline along, 3 ms of a small command. */
export function readText(path: string): Promise<string> {
  return read(path, 'utf8');
}
