import { describe, expect, it } from '@jest/globals';
import { buildRow } from '../../src/datasources/cloudfoundry/build-rows.ts';
import { deploymentRow } from '../../src/datasources/cloudfoundry/deployment-rows.ts';
import { revisionRow } from '../../src/datasources/cloudfoundry/revision-rows.ts';
import { Status } from '../../src/schema/enums.ts';
import { NAME } from './cloudfoundry-harness.ts';

describe('rows', () => {
  const deployment = deploymentRow(NAME);
  const least = { guid: 'd', relationships: { app: { data: { guid: 'a' } } } };

  it('makes do with what identifies a deployment', () => {
    expect(deployment.parse(least)).toMatchObject({
      status: Status.UNKNOWN,
      rawStatus: '',
      createdAt: null,
      finishedAt: null,
      durationMs: null,
      labels: [],
      errors: [],
      live: false,
      canCancel: false,
      canRedeploy: false,
      canRollback: false,
      version: { name: 'd', revisionId: null },
      details: { options: null, links: [], newProcesses: [], dropletGuid: null },
    });
  });

  it.each([
    ['no object', 'surprise'],
    ['no guid', { ...least, guid: undefined }],
    ['a guid that leaves the path', { ...least, guid: '../../v2/info' }],
    ['two guids in one', { ...least, guid: 'a,b' }],
    ['no app', { ...least, relationships: {} }],
    ['a numeric app', { ...least, relationships: { app: { data: { guid: 7 } } } }],
  ])('refuses %s', (_what, row) => {
    expect(deployment.safeParse(row).success).toBe(false);
  });

  it('degrades whatever else has the wrong shape', () => {
    const wrong = {
      ...least,
      created_at: '2026-02-31T00:00:00Z',
      updated_at: 17,
      status: 'ACTIVE',
      strategy: { no: 'text' },
      options: [],
      droplet: 'x',
      previous_droplet: { guid: 5 },
      new_processes: [{ guid: 'p', type: 3 }, 'web', null],
      revision: { guid: 'r', version: 'one' },
      metadata: { labels: { good: 'yes', bad: 5 }, annotations: [] },
      links: {
        self: 'x',
        app: { href: 'https://api/app' },
        cancel: { href: 'https://api/c', method: 1 },
      },
    };
    expect(deployment.parse(wrong)).toMatchObject({
      createdAt: null,
      updatedAt: null,
      status: Status.UNKNOWN,
      strategy: null,
      labels: [{ key: 'good', value: 'yes' }],
      version: { name: 'r' },
      details: {
        options: null,
        dropletGuid: null,
        previousDropletGuid: null,
        newProcesses: [{ guid: 'p', type: null }],
        revisionGuid: 'r',
        revisionVersion: null,
        links: [
          { rel: 'app', href: 'https://api/app', method: null },
          { rel: 'cancel', href: 'https://api/c', method: null },
        ],
      },
    });
    expect(deployment.parse({ ...least, status: { value: 'ACTIVE', reason: 5 } })).toMatchObject({
      status: Status.UNKNOWN,
      rawStatus: 'ACTIVE',
    });
  });

  it('takes the possible actions from the state and the links', () => {
    const actions = (value: string, reason: string, links: unknown) => {
      const row = { ...least, droplet: { guid: 'x' }, status: { value, reason }, links };
      const { canCancel, canContinue, canRedeploy, canRollback } = deployment.parse(row);
      return [canCancel, canContinue, canRedeploy, canRollback];
    };
    const href = { href: 'https://api/action' };
    expect(actions('ACTIVE', 'DEPLOYING', { cancel: href })).toEqual([true, false, false, false]);
    expect(actions('ACTIVE', 'DEPLOYING', {})).toEqual([false, false, false, false]);
    expect(actions('ACTIVE', 'PAUSED', { cancel: href, continue: href })).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(actions('ACTIVE', 'PAUSED', undefined)).toEqual([true, true, false, false]);
    expect(actions('ACTIVE', 'CANCELING', { cancel: href })).toEqual([true, false, false, false]);
    // Whether there is still something to deploy the row does not tell.
    const [open, no] = [undefined, false];
    expect(actions('FINALIZED', 'DEPLOYED', { cancel: href })).toEqual([no, no, open, open]);
    expect(actions('FINALIZED', 'CANCELED', {})).toEqual([no, no, open, no]);
    expect(actions('FINALIZED', 'SUPERSEDED', {})).toEqual([no, no, open, no]);
    const dropletIsGone = {
      ...least,
      droplet: { guid: null },
      revision: { guid: 'r', version: 1 },
      status: { value: 'FINALIZED', reason: 'DEPLOYED' },
    };
    expect(deployment.parse(dropletIsGone)).toMatchObject({
      canRedeploy: false,
      canRollback: false,
    });
  });

  it('measures from creation to the last change of a finished rollout', () => {
    const at = (last: string) =>
      deployment.parse({
        ...least,
        created_at: '2026-05-01T10:00:00Z',
        status: { value: 'FINALIZED', reason: 'DEPLOYED', details: { last_status_change: last } },
      });
    expect(at('2026-05-01T10:01:30Z')).toMatchObject({
      finishedAt: new Date('2026-05-01T10:01:30Z'),
      durationMs: 90_000,
    });
    expect(at('2026-05-01T09:59:59Z').durationMs).toBe(0);
    expect(at('soon')).toMatchObject({ finishedAt: null, durationMs: null });
  });

  it('shows no login of a buildpack, and nothing else of a lifecycle', () => {
    const data = {
      buildpacks: [
        'https://me:secret@git.example.com/pack',
        'https://git.example.com/@pack',
        5,
        'ruby',
      ],
      stack: 'cflinuxfs4',
      credentials: { 'registry.example.com': { password: 'secret' } },
    };
    const build = buildRow(NAME).parse({ ...least, lifecycle: { type: 'cnb', data } });
    expect(build.details).toMatchObject({
      lifecycle: {
        type: 'cnb',
        buildpacks: ['https://git.example.com/pack', 'https://git.example.com/@pack', 'ruby'],
        stack: 'cflinuxfs4',
      },
    });
    expect(JSON.stringify(build)).not.toContain('secret');
  });

  it('reads processes and sidecars of a revision, and takes "" for no description', () => {
    const row = {
      ...least,
      version: 3,
      description: '',
      processes: { web: { command: 'run' }, worker: { command: null }, odd: 'text' },
      sidecars: [{ name: 'proxy', command: 'p', memory_in_mb: 64, process_types: ['web', 1] }, {}],
    };
    expect(revisionRow(NAME).parse(row)).toMatchObject({
      number: 3,
      description: null,
      deployable: null,
      details: {
        processes: [
          { type: 'web', command: 'run' },
          { type: 'worker', command: null },
          { type: 'odd', command: null },
        ],
        sidecars: [{ name: 'proxy', command: 'p', memoryMib: 64, processTypes: ['web'] }],
      },
    });
  });
});
