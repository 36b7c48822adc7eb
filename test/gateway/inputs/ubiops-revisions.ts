import { expect } from '@jest/globals';
import { uuidOf } from '../../../sandbox/random.ts';
import { TEMPLATE_ID } from '../../../sandbox/ubiops/revision-writes.ts';
import { toId } from '../../../src/ids.ts';
import { type Case, type Place, HANDLING, refuses } from './ubiops-targets.ts';

/** Cases of revisions and builds. */
export function revisionCases({ isOld, versionOf, V }: Place): Case[] {
  return [
    {
      what: 'a running build',
      mutation: 'cancelBuild',
      input: ({ build }) => ({ buildId: build, idempotencyKey: 'stop', ...HANDLING }),
      ...(isOld
        ? {
            sent: () => [
              ['PATCH', expect.stringMatching(`^${V}/builds/`), { status: 'cancelled' }],
            ],
          }
        : { fails: 'UNSUPPORTED' }),
    },
    {
      what: 'sends nothing by itself',
      mutation: 'requestRevisionUpload',
      input: ({ version }) => ({ versionId: version, idempotencyKey: 'upload', ...HANDLING }),
    },
    {
      what: 'from another version',
      mutation: 'copyRevision',
      input: ({ version }) => ({
        ...{ versionId: version, fromVersionId: versionOf('order-router', 'v1') },
        ...{ idempotencyKey: 'copy', ...HANDLING },
      }),
      sent: () => [
        ['POST', `${V}/revisions`, { source_deployment: 'order-router', source_version: 'v1' }],
      ],
    },
    {
      what: 'from a template',
      mutation: 'copyRevision',
      input: ({ version }) => ({ versionId: version, templateId: TEMPLATE_ID }),
      sent: () => [['POST', `${V}/revisions`, { template_deployment_id: TEMPLATE_ID }]],
    },
    refuses(
      'copyRevision',
      'from two at once',
      ({ version }) => ({ versionId: version, fromVersionId: version, templateId: TEMPLATE_ID }),
      ['BAD_USER_INPUT'],
    ),
    refuses(
      'copyRevision',
      'from another project',
      ({ version }) => ({
        versionId: version,
        fromVersionId: toId('ubiops', 'Version', ['elsewhere', 'd', uuidOf('d'), 'v', uuidOf('v')]),
      }),
      ['BAD_USER_INPUT'],
    ),
    {
      what: 'with a body that has nothing in it',
      mutation: 'rebuildRevision',
      input: ({ revision }) => ({ revisionId: revision, idempotencyKey: 'again', ...HANDLING }),
      sent: () => [['POST', expect.stringMatching(/\/revisions\/[^/]+\/rebuild$/), {}]],
      afterMs: 120_000,
    },
  ];
}
