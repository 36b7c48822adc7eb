import { cloudFoundry as cloudFoundryStandIn } from '../../sandbox/cloudfoundry/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import { NOBODY, STOREFRONT } from './cloudfoundry-harness.ts';
import { describeContract } from './contract.ts';

describeContract({
  definition: cloudFoundry,
  standIn: cloudFoundryStandIn,
  basePath: '/v3',
  options: { credentials: { token: 'sandbox' } },
  wrongOptions: { credentials: { token: 'wrong' } },
  list: {
    source: { name: 'under-test' },
    path: '^/v3/deployments$',
    row: '/resources/0',
    id: '/resources/0/guid',
    status: '/resources/0/status/reason',
    unseenStatus: 'LEVITATING',
  },
  unknown: {
    Scope: [
      ['organization', NOBODY],
      ['space', NOBODY],
      ['app', NOBODY],
    ],
    Deployment: [
      [STOREFRONT, NOBODY],
      [NOBODY, NOBODY],
    ],
    Version: [
      [STOREFRONT, NOBODY, NOBODY, NOBODY],
      [STOREFRONT, NOBODY, '', ''],
    ],
    Revision: [
      [STOREFRONT, NOBODY],
      [NOBODY, NOBODY],
    ],
    Build: [[STOREFRONT, NOBODY]],
  },
  variableOwners: [
    { type: 'Scope', keys: ['app', STOREFRONT] },
    { type: 'Scope', keys: [] },
    { type: 'Scope', keys: ['space', uuidOf('space', 'orchard', 'production')] },
    { type: 'Scope', keys: ['organization', uuidOf('organization', 'orchard')] },
  ],
  auditOwners: [
    { type: 'Scope', keys: [] },
    { type: 'Scope', keys: ['app', STOREFRONT] },
    { type: 'Scope', keys: ['organization', uuidOf('organization', 'harbor')] },
  ],
});
