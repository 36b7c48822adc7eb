import { toId } from '../../../src/ids.ts';
import { STARTS } from './humanitec-rollouts.ts';
import { ORG, PRODUCTION, type Targets, prepare } from './humanitec-targets.ts';
import { VARIABLES } from './humanitec-variables.ts';
import { runTable, unoffered } from './table.ts';

const VERSION = toId('humanitec', 'Version', [ORG, 'orders', 'production', 'd', 's', 'v']);
const REVISION = toId('humanitec', 'Revision', [ORG, 'orders', 'production', 's', 'v']);
const BUILD = toId('humanitec', 'Build', [ORG, 'orders', 'production', 'b']);

runTable<Targets>({
  provider: 'humanitec',
  prepare,
  cases: [
    ...STARTS,
    ...VARIABLES,
    ...unoffered<Targets>({
      cancelDeployment: ({ earlier }) => ({ deploymentId: earlier.id }),
      continueDeployment: ({ earlier }) => ({ deploymentId: earlier.id }),
      createDeployment: () => ({ scopeId: PRODUCTION, name: 'x' }),
      updateDeployment: ({ earlier }) => ({ deploymentId: earlier.id, name: 'x' }),
      deleteDeployment: ({ earlier }) => ({ deploymentId: earlier.id }),
      createVersion: ({ earlier }) => ({ deploymentId: earlier.id, name: 'x' }),
      updateVersion: () => ({ versionId: VERSION }),
      deleteVersion: () => ({ versionId: VERSION }),
      requestRevisionUpload: () => ({ versionId: VERSION }),
      copyRevision: () => ({ versionId: VERSION, fromVersionId: VERSION }),
      rebuildRevision: () => ({ revisionId: REVISION }),
      cancelBuild: () => ({ buildId: BUILD }),
    }),
  ],
});
