import type { StreamDescriptor } from '../protocol/airbyte';

/** Names that a file system or the folder itself needs. */
const TAKEN = ['messages', 'con', 'prn', 'aux', 'nul'];
const LONGEST_NAME_BYTES = 200;

/** A file name without extension for each stream, in order: what could leave the folder or is no name anywhere is replaced, and no two are the same on any file system. */
export function fileNames(streams: readonly StreamDescriptor[]): string[] {
  const taken = new Set(TAKEN);
  return streams.map(({ name, namespace }) => {
    const wanted = safe(namespace ? `${namespace}.${name}` : name);
    let free = wanted;
    for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${wanted}-${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

function safe(name: string): string {
  const replaced = name.replace(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^[. ]+|[. ]+$/g, '_');
  // A cut through a character leaves its replacement behind.
  return Buffer.from(replaced || '_').subarray(0, LONGEST_NAME_BYTES).toString('utf8').replace(/\ufffd+$/, '');
}
