import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';

/* eslint-disable @typescript-eslint/no-explicit-any */

const { data } = parse(readFileSync('metadata.yaml', 'utf8')) as { data: any };
const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
const dockerfile = readFileSync('Dockerfile', 'utf8');

/** What the published schema cannot know; integration_tests/clients/metadata_rules.py checks the rest. */
describe('metadata.yaml', () => {
  it('has the name, version and licence of the package', () => {
    expect(data.dockerRepository).toBe(`airbyte/${name}`);
    expect(data.dockerImageTag).toBe(version);
    expect(data.license).toBe(license);
    expect(data.githubIssueLabel).toBe(name);
  });

  it('has an icon', () => {
    expect(statSync(data.icon).size).toBeGreaterThan(0);
  });

  it('describes the image that the Dockerfile makes', () => {
    expect(dockerfile).toContain(`ARG VERSION=${version}\n`);
    expect(dockerfile).toContain(`io.airbyte.name="${data.dockerRepository}"`);
    const base = data.connectorBuildOptions.baseImage.replace('docker.io/library/', '');
    expect(dockerfile).toContain(`ARG NODE_IMAGE=${base}\n`);
    expect(dockerfile.match(/^FROM (\S+)/gm)).toEqual(['FROM ${NODE_IMAGE}', 'FROM ${NODE_IMAGE}']);
  });

  it('waits longer for a sign of life than the heartbeat takes', () => {
    const seconds = Number(/DEFAULT_HEARTBEAT_SECONDS = (\d+)/.exec(readFileSync('src/connector/stream-states.ts', 'utf8'))![1]);
    expect(data.maxSecondsBetweenMessages).toBeGreaterThanOrEqual(2 * seconds);
  });
});
