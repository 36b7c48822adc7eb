import { uuidOf } from '../../../sandbox/random.ts';
import { toId } from '../../../src/ids.ts';
import { STARTS, ACTIONS } from './cloudfoundry-rollouts.ts';
import { guidOf, CART, type Targets, prepare } from './cloudfoundry-targets.ts';
import { VARIABLE_CASES } from './cloudfoundry-variables.ts';
import { runTable, unoffered } from './table.ts';

const VERSION = toId('cloudfoundry', 'Version', [guidOf('cart'), uuidOf('no', 'deployment')]);
const REVISION = toId('cloudfoundry', 'Revision', [guidOf('cart'), uuidOf('no', 'revision')]);
const BUILD = toId('cloudfoundry', 'Build', [guidOf('cart'), uuidOf('no', 'build')]);

runTable<Targets>({
  provider: 'cloudfoundry',
  prepare,
  cases: [
    ...STARTS,
    ...ACTIONS,
    ...VARIABLE_CASES,
    ...unoffered<Targets>({
      createDeployment: () => ({ scopeId: CART, name: 'x' }),
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
