/** Steps from the root of a manifest to a place in it. */
export type ManifestPath = (string | number)[];

/** `streams[0].retriever` as steps; names of streams beside their numbers, `streams[0] (contacts).retriever`, are left out. */
export function parsePath(text: string): ManifestPath {
  return [...text.replace(/\] \([^)]*\)/g, ']').matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) => (index === undefined ? step : Number(index)));
}

export function shownPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step), '');
}
