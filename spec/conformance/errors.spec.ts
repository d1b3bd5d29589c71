import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CATALOGUE, explainError } from '../../src/errors/error-catalogue';

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path === join('src', 'errors', 'catalogue')) return [];
    return statSync(path).isDirectory() ? sources(path) : path.endsWith('.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

// That every thrown code has an entry is the compiler's to say: ErrorCode.
describe('the catalogue of errors', () => {
  const text = sources('src').join('\n');

  it('has no code that nothing uses', () => {
    const isUsed = (code: string) => {
      const name = code.slice(code.indexOf('.') + 1);
      if (code === 'http.status_NNN') return text.includes('http.status_${');
      return text.includes(`'${code}'`) || (code.startsWith('decode.') && text.includes(`'${name}'`));
    };
    expect(Object.keys(ERROR_CATALOGUE).filter((code) => !isUsed(code))).toEqual([]);
  });

  it.each(Object.keys(ERROR_CATALOGUE))('says of %s what happened and what to do, in sentences', (code) => {
    const { cause, whatToDo } = explainError(code)!;
    expect(code).toMatch(/^[a-z_]+\.[a-z_]+(NNN)?$/);
    expect(cause).toMatch(/^[`A-Z].*\.$/);
    expect(whatToDo).toMatch(/^[`A-Z0-9].*\.$/);
  });

  it('knows the codes of statuses', () => {
    expect(explainError('http.status_418')).toEqual(explainError('http.status_NNN'));
    expect(explainError('constructor')).toBeUndefined();
  });
});
