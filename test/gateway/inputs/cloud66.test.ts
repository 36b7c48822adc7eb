import { parseId, toId } from '../../../src/ids.ts';
import { ROLLOUTS } from './cloud66-rollouts.ts';
import { uidOf, BLOG, DEPLOYMENTS, HANDLING, type Targets, prepare } from './cloud66-targets.ts';
import { VARIABLE_CASES } from './cloud66-variables.ts';
import { runTable, unoffered } from './table.ts';

const VERSION = toId('cloud66', 'Version', [uidOf('blog/production'), '1']);
const REVISION = toId('cloud66', 'Revision', [uidOf('blog/production'), '1']);
const BUILD = toId('cloud66', 'Build', [uidOf('blog/production'), '1']);

runTable<Targets>({
  provider: 'cloud66',
  prepare,
  cases: [
    {
      what: 'what has ended, which Cloud 66 refuses',
      mutation: 'cancelDeployment',
      input: ({ newest }) => ({ deploymentId: newest.id, idempotencyKey: 'end', ...HANDLING }),
      sent: ({ newest }) => [
        ['DELETE', `${DEPLOYMENTS.replace('.json', '')}/${numberOf(newest.id)}.json`],
      ],
      refused: [['PROVIDER_REJECTED', []]],
    },
    ...ROLLOUTS,
    ...VARIABLE_CASES,
    ...unoffered<Targets>({
      continueDeployment: ({ newest }) => ({ deploymentId: newest.id }),
      createDeployment: () => ({ scopeId: BLOG, name: 'x' }),
      updateDeployment: ({ newest }) => ({ deploymentId: newest.id, name: 'x' }),
      deleteDeployment: ({ newest }) => ({ deploymentId: newest.id }),
      createVersion: ({ newest }) => ({ deploymentId: newest.id, name: 'x' }),
      updateVersion: () => ({ versionId: VERSION }),
      deleteVersion: () => ({ versionId: VERSION }),
      requestRevisionUpload: () => ({ versionId: VERSION }),
      copyRevision: () => ({ versionId: VERSION, fromVersionId: VERSION }),
      rebuildRevision: () => ({ revisionId: REVISION }),
      cancelBuild: () => ({ buildId: BUILD }),
    }),
  ],
});

function numberOf(id: string): string {
  return parseId(id)?.keys.at(-1) ?? '';
}
