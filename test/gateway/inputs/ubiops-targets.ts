import { expect } from '@jest/globals';
import { uuidOf } from '../../../sandbox/random.ts';
import { toId } from '../../../src/ids.ts';
import type { TestGateway } from '../../helpers/gateway.ts';
import type { InputCase } from './table.ts';

export interface Targets {
  /** A deployment, its version, and what was made of it. */
  subject: string;
  version: string;
  revision: string;
  build: string;
}

export type Case = InputCase<Targets>;

export const HANDLING = { clientMutationId: 'mine' };
export const LABELS = [{ key: 'team', value: 'search' }];

/** What a generation of the API calls its places, and where they are. */
export type Place = ReturnType<typeof placeOf>;

export function placeOf({ project, api }: { project: string; api: string }) {
  const isOld = api === '3.13';
  const deploymentOf = (name: string) => [project, name, uuidOf('ubiops', project, name)];
  const versionOf = (name: string, version: string) => {
    const keys = deploymentOf(name);
    return toId('ubiops', 'Version', [...keys, version, uuidOf('ubiops', keys[2] ?? '', version)]);
  };
  const PROJECT = toId('ubiops', 'Scope', [project]);
  const SHOWCASE = toId('ubiops', 'Deployment', deploymentOf('showcase'));
  const AVAILABLE = versionOf('showcase', 'available');
  const path = `/v2.1/projects/${project}/deployments`;
  const V = `${path}/subject/versions/v1`;

  return { isOld, deploymentOf, versionOf, PROJECT, SHOWCASE, AVAILABLE, path, V };
}

export async function prepare(
  { PROJECT, AVAILABLE }: Place,
  gateway: TestGateway,
): Promise<Targets> {
  // A version that was seen tells which generation the project speaks.
  const seen = await gateway.query(`{ node(id: "${AVAILABLE}") { id } }`);
  expect(seen.errors).toEqual([]);
  const made = await gateway.query<{
    createDeployment: { deployment: { id: string } };
  }>(
    `mutation { createDeployment(input: { scopeId: "${PROJECT}", name: "subject" }) {
        deployment { id } } }`,
  );
  const subject = made.data.createDeployment.deployment.id;
  const versioned = await gateway.query<{ createVersion: { version: { id: string } } }>(
    `mutation { createVersion(input: { deploymentId: "${subject}", name: "v1" }) {
        version { id } } }`,
  );
  const version = versioned.data.createVersion.version.id;
  const copied = await gateway.query<{
    copyRevision: { revision: { id: string; builds: { nodes: { id: string }[] } } };
  }>(
    `mutation { copyRevision(input: { versionId: "${version}", fromVersionId: "${AVAILABLE}" }) {
        revision { id builds { nodes { id } } } } }`,
  );
  const { id: revision, builds } = copied.data.copyRevision.revision;
  return { subject, version, revision, build: builds.nodes[0]?.id ?? '' };
}

/** Makes a case that is refused before anything is sent. */
export const refuses = (
  mutation: string,
  what: string,
  input: (targets: Targets) => Record<string, unknown>,
  ...refused: [code: string, ...field: string[]][]
): Case => ({
  ...{ what, mutation, input },
  refused: refused.map(([code, ...field]) => [code, field]),
});
