import { openSource } from '../connector/open-source';
import { isConnectorError } from '../errors/connector-error';
import { BrokenTemplates } from '../manifest/broken-templates';
import type { ComponentRegistry } from '../manifest/component-registry';
import { loadManifest, manifestValidator, resolveManifest } from '../manifest/load-manifest';
import { placeIn } from '../manifest/named-place';
import { findUnknownProperties, unknownPropertyText } from '../manifest/unknown-properties';
import type { JsonObject } from '../protocol/json';
import { parsePath } from './lint/manifest-path';
import type { Finding } from './page-contract';
import { BuilderRuntime, type BuilderWorld } from './builder-runtime';

const NO_LIMITS = { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 };

/**
 * All that can be found wrong with a manifest, and with a config where there is one, without asking the API: its form
 * first, then, when that is right, what shows only when the streams are built.
 */
export async function validateManifest(source: JsonObject, config: JsonObject | undefined, registry: ComponentRegistry, world: BuilderWorld): Promise<Finding[]> {
  try {
    const findings = await formFindings(resolveManifest(source), registry);
    if (findings.some(({ severity }) => severity === 'error')) return findings;
    return [...findings, ...(await buildFindings(source, config, registry, world))];
  } catch (error) {
    return [asFinding(error)];
  }
}

async function formFindings(manifest: JsonObject, registry: ComponentRegistry): Promise<Finding[]> {
  const misfits = (await manifestValidator(registry)).findings(manifest);
  return [
    ...misfits.map(({ path, message }): Finding => ({ severity: 'error', code: 'manifest.invalid', path: parsePath(path), message })),
    ...findUnknownProperties(registry, manifest, 'DeclarativeSource').map(
      (found): Finding => ({ severity: 'warning', code: 'manifest.unknown_property', path: [...parsePath(found.path), found.property], message: unknownPropertyText(found) }),
    ),
  ];
}

async function buildFindings(source: JsonObject, config: JsonObject | undefined, registry: ComponentRegistry, world: BuilderWorld): Promise<Finding[]> {
  const runtime = new BuilderRuntime(world, NO_LIMITS);
  const { manifest } = await loadManifest(source, registry);
  // Without a config there is nothing that could fit the spec.
  const { spec: _spec, ...withoutSpec } = manifest;
  const opened = await openSource({ manifest: config ? manifest : withoutSpec, warnings: [] }, config ?? {}, { registry, runtime });
  const findings: Finding[] = [];
  const names = ((manifest.streams ?? []) as JsonObject[]).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  for (const name of new Set(names)) {
    const problem = await opened.streams([name]).then(() => undefined, asFinding);
    // What is wrong with the list of streams is found with each of them.
    if (problem && !findings.some(({ message }) => message === problem.message)) findings.push(problem);
  }
  const broken = BrokenTemplates.of(runtime).errors;
  const logged = runtime.logs.filter(({ level, message }) => level === 'WARN' && !broken.some((error) => message.startsWith(error.message)));
  return [...findings, ...broken.map(asFinding), ...logged.map(({ message }): Finding => ({ severity: 'warning', code: 'manifest.warning', path: [], message }))];
}

function asFinding(error: unknown): Finding {
  if (!isConnectorError(error)) throw error;
  return { severity: 'error', code: error.code, path: parsePath(placeIn(error.message) ?? ''), message: error.message };
}
