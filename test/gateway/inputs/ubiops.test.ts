import { describe } from '@jest/globals';
import { runTable, unoffered } from './table.ts';
import { deploymentCases } from './ubiops-deployments.ts';
import { revisionCases } from './ubiops-revisions.ts';
import { HANDLING, placeOf, prepare, type Targets } from './ubiops-targets.ts';
import { variableCases } from './ubiops-variables.ts';
import { versionCases } from './ubiops-versions.ts';

describe.each([
  { project: 'seed', api: '3.13' },
  { project: 'current', api: '4.12' },
])('UbiOps in the shapes of $api', (each) => {
  const place = placeOf(each);

  runTable<Targets>({
    provider: 'ubiops',
    prepare: (gateway) => prepare(place, gateway),
    cases: [
      ...revisionCases(place),
      ...versionCases(place),
      ...variableCases(place),
      ...deploymentCases(place),
      {
        what: 'with all of it',
        mutation: 'deleteDeployment',
        input: ({ subject }) => ({ deploymentId: subject, idempotencyKey: 'gone', ...HANDLING }),
        sent: () => [['DELETE', `${place.path}/subject`]],
      },
      ...unoffered<Targets>({
        startDeployment: () => ({ scopeId: place.PROJECT }),
        redeploy: ({ subject }) => ({ deploymentId: subject }),
        rollback: ({ subject }) => ({ deploymentId: subject }),
        cancelDeployment: ({ subject }) => ({ deploymentId: subject }),
        continueDeployment: ({ subject }) => ({ deploymentId: subject }),
      }),
    ],
  });
});
