import { readFile } from 'node:fs/promises';
import type { BuilderWorld } from '../builder/builder-runtime';
import { shownPath } from '../builder/lint/manifest-path';
import { validateManifest } from '../builder/validate-manifest';
import { componentDefinitions } from '../components';
import { readConfig } from '../connector/input-files';
import { errorText, isConnectorError } from '../errors/connector-error';
import { ComponentRegistry } from '../manifest/component-registry';
import { parseManifest } from '../manifest/parse-manifest';
import type { LineOutput } from '../messages/stdout';
import { UsageError, type ToolArguments } from './parse-arguments';

/** Prints what is wrong with a manifest, a finding a line; false when something is. */
export async function runValidate(args: ToolArguments & { command: 'validate' }, world: BuilderWorld, output: LineOutput): Promise<boolean> {
  const text = await readFile(args.manifest, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The manifest ${args.manifest} cannot be read: ${errorText(error)}`);
  });
  let lines: string[];
  let errors = 1;
  try {
    const config = args.config === undefined ? undefined : await readConfig(args.config);
    const findings = await validateManifest(parseManifest(text, args.manifest), config, new ComponentRegistry(componentDefinitions), world);
    errors = findings.filter(({ severity }) => severity === 'error').length;
    lines = findings.map(({ severity, path, message }) => `${severity}: ${path.length > 0 ? `${shownPath(path)}: ` : ''}${message}`);
    const warnings = findings.length - errors;
    lines.push(`${args.manifest}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`);
  } catch (error) {
    // No manifest, or no config, at all.
    if (!isConnectorError(error)) throw error;
    lines = [`error: ${error.message}`];
  }
  await output.write(`${lines.join('\n')}\n`);
  return errors === 0;
}

function count(number: number, what: string): string {
  return `${number === 0 ? 'no' : number} ${what}${number === 1 ? '' : 's'}`;
}
