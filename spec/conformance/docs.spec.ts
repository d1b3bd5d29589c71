import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ADVICE, RULES, type Rule } from '../../src/accept/rules';
import { componentReference } from '../../scripts/component-reference';
import { errorReference } from '../../scripts/error-reference';
import { componentDefinitions } from '../../src/components';

function pages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.') || ['node_modules', 'dist'].includes(name)) return [];
    return statSync(path).isDirectory() ? pages(path) : path.endsWith('.md') ? [path] : [];
  });
}

describe('documentation', () => {
  it('has a component reference that is up to date (npm run docs)', () => {
    expect(readFileSync('docs/reference/components.md', 'utf8')).toBe(componentReference(componentDefinitions));
  });

  it('names every acceptance rule', () => {
    const page = readFileSync('docs/accept.md', 'utf8');
    const missing = Object.entries(RULES).filter(([rule, sentence]) => !page.includes(`| \`${rule}\` | ${sentence}${ADVICE.includes(rule as Rule) ? ' (advice)' : ''} |`));
    expect(missing).toEqual([]);
  });

  it('has a page of errors that is up to date (npm run docs)', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorReference());
  });

  it('has recipes in YAML that can be read', () => {
    const recipes = readdirSync('docs/recipes').filter((name) => name.endsWith('.yaml'));
    const broken = recipes.flatMap((name) => parseAllDocuments(readFileSync(join('docs/recipes', name), 'utf8')).flatMap((document) => document.errors.map((error) => `${name}: ${error.message}`)));
    expect(recipes.length).toBeGreaterThan(1);
    expect(broken).toEqual([]);
  });

  it('has links that lead somewhere', () => {
    const broken = pages('.').flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1]!)
        .filter((target) => !/^[a-z]+:/.test(target) && !statSync(normalize(join(dirname(page), target)), { throwIfNoEntry: false }))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
