import { describe, expect, it } from '@jest/globals';
import { cloud66 as standInDefinition } from '../../sandbox/cloud66/index.ts';
import { toAuditAction } from '../../src/datasources/cloud66/audit.ts';
import { cloud66 } from '../../src/datasources/cloud66/index.ts';
import { deploymentRow } from '../../src/datasources/cloud66/payloads.ts';
import { toStatus, wordOf } from '../../src/datasources/cloud66/status.ts';
import { refOf } from '../../src/ids.ts';
import { AuditAction, Status } from '../../src/schema/enums.ts';
import { describeContract } from './contract.ts';

const SHOP = 'd1b1802d24e83eb1ac8259e98944b3e4';
const NOBODY = '0'.repeat(32);
const CREDENTIALS = { credentials: { token: 'sandbox' } };

describeContract({
  definition: cloud66,
  standIn: standInDefinition,
  basePath: '/api/3',
  options: CREDENTIALS,
  wrongOptions: { credentials: { token: 'wrong' } },
  list: {
    source: { name: 'shop', environment: 'production' },
    path: `/stacks/${SHOP}/deployments`,
    row: '/response/0',
    id: '/response/0/id',
    status: '/response/0/outcome',
    unseenStatus: { code: 77, meaning: 'levitating' },
  },
  unknown: {
    Scope: [[NOBODY], [''], ['..'], [SHOP, '1']],
    Deployment: [
      [SHOP, '424242'],
      [NOBODY, '1'],
      [SHOP, 'x'],
      [SHOP, '007'],
      ['..', '1'],
    ],
    Version: [
      [SHOP, '312', 'beef'],
      [SHOP, '312', ''],
      [SHOP, '424242', ''],
    ],
    Revision: [
      [SHOP, '312', 'beef'],
      [SHOP, '424242', 'beef'],
    ],
  },
  variableOwners: [{ type: 'Scope', keys: [SHOP] }],
  auditOwners: [{ type: 'Scope', keys: [SHOP] }],
});

const at = new Date('2026-06-01T12:00:00Z');

describe('cloud66: states', () => {
  it.each([
    [{ isDeploying: true, outcome: { code: 0, meaning: 'pending' } }, Status.IN_PROGRESS],
    [{ isDeploying: true, outcome: { code: 1, meaning: 'success' } }, Status.IN_PROGRESS],
    [{ outcome: { code: 1, meaning: 'success' } }, Status.SUCCEEDED],
    [{ outcome: { code: 2, meaning: 'failed' } }, Status.FAILED],
    [{ outcome: { code: 0, meaning: 'pending' } }, Status.IN_PROGRESS],
    [{ outcome: { code: 0, meaning: 'pending' }, startedAt: null }, Status.QUEUED],
    [{ outcome: { code: 1, meaning: null } }, Status.SUCCEEDED],
    [{ outcome: { code: 2, meaning: null } }, Status.FAILED],
    [{ outcome: { code: 0, meaning: null } }, Status.IN_PROGRESS],
    [{ outcome: { code: 0, meaning: null }, startedAt: null }, Status.QUEUED],
    [{ outcome: { code: 9, meaning: null } }, Status.UNKNOWN],
    [{ outcome: { code: 2, meaning: 'success' } }, Status.SUCCEEDED],
    [{ outcome: { code: 9, meaning: 'aborted' } }, Status.UNKNOWN],
    [{ outcome: { code: 1, meaning: 'aborted' } }, Status.UNKNOWN],
    [{ outcome: { code: null, meaning: null } }, Status.UNKNOWN],
  ])('%j is %s', (state, status) => {
    expect(toStatus({ isDeploying: false, startedAt: at, ...state })).toBe(status);
  });

  it.each([
    [{ code: 1, meaning: 'success' }, 'success'],
    [{ code: 9, meaning: null }, '9'],
    [{ code: null, meaning: null }, ''],
  ])('%j is shown as "%s"', (outcome, word) => {
    expect(wordOf(outcome)).toBe(word);
  });

  it.each([
    ['env-var-new', AuditAction.CREATE],
    ['stack_create', AuditAction.CREATE],
    ['env-var-update', AuditAction.UPDATE],
    ['env-var-delete', AuditAction.DELETE],
    ['stack_destroy', AuditAction.DELETE],
    ['application_deployment', AuditAction.INFO],
    ['clear_caches', AuditAction.INFO],
    ['renew', AuditAction.INFO],
  ])('the action %s is %s', (action, kind) => {
    expect(toAuditAction(action)).toBe(kind);
  });
});

describe('cloud66: one row', () => {
  const row = deploymentRow('c66', SHOP);

  it('is whatever can be made of it', () => {
    const deployment = row.parse({
      id: 7,
      triggered_by: 12,
      triggered_via: 'hook',
      started_at: '2026-02-31T00:00:00Z',
      finished_at: 1_700_000_000,
      outcome: 1,
      git_hash: ['x'],
      deploy_type: null,
      is_live: 'yes',
      is_deploying: 'no',
      reverted_at: '2014-08-14 00:38:14 UTC',
      commit_url: 'javascript:alert(1)',
      surprise: {},
    });
    expect(deployment).toMatchObject({
      nativeId: '7',
      status: Status.SUCCEEDED,
      rawStatus: '1',
      createdAt: null,
      finishedAt: null,
      durationMs: null,
      createdBy: null,
      trigger: 'hook',
      strategy: null,
      live: null,
      errors: [],
      revision: null,
      canRedeploy: false,
      canRollback: false,
      version: { name: 'unknown', nativeId: '7', revisionId: null },
      details: { commitUrl: null, revertedAt: new Date('2014-08-14T00:38:14Z') },
    });
    expect(refOf(deployment.version?.id ?? '').keys).toEqual([SHOP, '7', '']);
  });

  it.each([{ id: '7' }, { id: 7.5 }, { id: 0 }, {}, null, 'x', []])('is no row: %j', (value) => {
    expect(row.safeParse(value).success).toBe(false);
  });

  it.each([
    ['https://github.com/acme/shop/commit/1', 'https://github.com/acme/shop/commit/1'],
    ['https://user:secret@github.com/acme/shop', null],
    ['ftp://example.com/', null],
    ['not an address', null],
  ])('the commit page %s is %s', (commit_url, url) => {
    const { revision } = row.parse({ id: 1, git_hash: 'abcdef0123', commit_url });
    expect(revision?.commit).toEqual({ sha: 'abcdef0123', ref: null, url });
  });

  it.each([
    [{ is_live: true }, { canRollback: false, canRedeploy: true }],
    [{ is_live: false }, { canRollback: true, canRedeploy: true }],
    [{}, { canRollback: true, canRedeploy: true }],
    [{ git_hash: null }, { canRollback: false, canRedeploy: false }],
    [{ outcome: { code: 2, meaning: 'failed' } }, { canRollback: false, canRedeploy: true }],
    [
      { is_deploying: true, finished_at: null },
      { canCancel: true, canRedeploy: false },
    ],
  ])('with %j can %j', (fields, can) => {
    const finished = {
      id: 1,
      started_at: '2026-05-01T10:00:00Z',
      finished_at: '2026-05-01T10:02:00Z',
      outcome: { code: 1, meaning: 'success' },
      git_hash: 'abcdef0123',
    };
    const deployment = row.parse({ ...finished, ...fields });
    expect(deployment).toMatchObject({ canContinue: false, ...can });
  });
});
