// Figures in pages: what stands between `<!-- NAME -->` and `<!-- /NAME -->` is written by the benchmarks.
import { readFileSync, writeFileSync } from 'node:fs';

export function writeFigures(page, name, lines) {
  const text = readFileSync(page, 'utf8');
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!place.test(text)) throw new Error(`${page} has no place for "${name}".`);
  writeFileSync(page, text.replace(place, (_, start, end) => `${start}\n${lines.join('\n')}\n\n${end}`));
}
