import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { toId } from '../../src/ids.ts';
import type { Case, Stage } from './stage.ts';

export const PROJECT = toId('ubiops', 'Scope', ['current']);
const HOUR_MS = 3_600_000;

/** Makes what UbiOps has, each time another one. */
export function createMakers({ gateway, make, newName }: Stage) {
  async function newService(): Promise<string> {
    const input = { scopeId: PROJECT, name: newName(), inputType: 'plain', outputType: 'plain' };
    const { deployment } = await make<{ deployment: { id: string } }>(
      ...(['createDeployment', 'CreateDeploymentInput', input, 'deployment { id }'] as const),
    );
    return deployment.id;
  }
  async function newVersion(): Promise<string> {
    const input = { deploymentId: await newService(), name: 'v1', environment: 'python3-12' };
    const { version } = await make<{ version: { id: string } }>(
      ...(['createVersion', 'CreateVersionInput', input, 'version { id }'] as const),
    );
    return version.id;
  }
  async function upload<Made>(versionId: string): Promise<Made> {
    const { upload: place } = await make<{ upload: { url: string } }>(
      ...([
        'requestRevisionUpload',
        'RequestRevisionUploadInput',
        { versionId },
        'upload { url }',
      ] as const),
    );
    const file = zipOf('deployment.py', 'pass\n');
    const answer = await fetch(place.url, { method: 'PUT', body: file });
    return (await answer.json()) as Made;
  }
  async function newRevision(): Promise<{ versionId: string; revisionId: string }> {
    const versionId = await newVersion();
    const { revision } = await upload<{ revision: { id: string } }>(versionId);
    gateway().sandbox.advance(HOUR_MS);
    return { versionId, revisionId: revision.id };
  }

  /** One that runs, in a project of the generation that has builds. */
  async function newBuild(): Promise<string> {
    const scopeId = toId('ubiops', 'Scope', ['seed']);
    const service = { scopeId, name: newName(), inputType: 'plain', outputType: 'plain' };
    const { deployment } = await make<{ deployment: { id: string } }>(
      ...(['createDeployment', 'CreateDeploymentInput', service, 'deployment { id }'] as const),
    );
    const input = { deploymentId: deployment.id, name: 'v1', language: 'python3.8' };
    const { version } = await make<{ version: { id: string } }>(
      ...(['createVersion', 'CreateVersionInput', input, 'version { id }'] as const),
    );
    const { build } = await upload<{ build: { id: string } }>(version.id);
    return build.id;
  }

  return { newService, newVersion, newRevision, newBuild };
}

export const ofUbiops = (
  mutation: string,
  write: RegExp,
  prepare: Case['prepare'],
  more: Partial<Case> = {},
): Case => ({
  provider: 'ubiops',
  mutation,
  type: `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`,
  write,
  prepare,
  ...more,
});
