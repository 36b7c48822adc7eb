import { describe, expect, it } from '@jest/globals';
import { EPOCH } from '../../sandbox/clock.ts';
import { toAction } from '../../src/datasources/cloudfoundry/audit.ts';
import { cloudController } from '../../src/datasources/cloudfoundry/dialect.ts';
import { toBuildStatus, toReasons, toStatus } from '../../src/datasources/cloudfoundry/status.ts';
import { AuditAction, Status } from '../../src/schema/enums.ts';

describe('status', () => {
  it.each([
    ['ACTIVE', 'DEPLOYING', null, Status.IN_PROGRESS, 'ACTIVE/DEPLOYING'],
    ['ACTIVE', 'PAUSED', null, Status.PAUSED, 'ACTIVE/PAUSED'],
    ['ACTIVE', 'CANCELING', null, Status.CANCELLING, 'ACTIVE/CANCELING'],
    ['FINALIZED', 'DEPLOYED', null, Status.SUCCEEDED, 'FINALIZED/DEPLOYED'],
    ['FINALIZED', 'CANCELED', null, Status.CANCELLED, 'FINALIZED/CANCELED'],
    ['FINALIZED', 'SUPERSEDED', null, Status.SUPERSEDED, 'FINALIZED/SUPERSEDED'],
    ['FINALIZED', 'DEGENERATE', null, Status.FAILED, 'FINALIZED/DEGENERATE'],
    ['FINALIZED', 'DEGENERATE', 'FAILED', Status.FAILED, 'FINALIZED/DEGENERATE'],
    ['DEPLOYING', 'DEPLOYING', null, Status.IN_PROGRESS, 'DEPLOYING/DEPLOYING'],
    ['DEPLOYING', null, null, Status.IN_PROGRESS, 'DEPLOYING'],
    [null, null, 'DEPLOYING', Status.IN_PROGRESS, 'DEPLOYING'],
    [null, null, 'PREPAUSED', Status.IN_PROGRESS, 'PREPAUSED'],
    [null, null, 'PAUSED', Status.PAUSED, 'PAUSED'],
    [null, null, 'DEPLOYED', Status.SUCCEEDED, 'DEPLOYED'],
    [null, null, 'CANCELING', Status.CANCELLING, 'CANCELING'],
    [null, null, 'CANCELED', Status.CANCELLED, 'CANCELED'],
    [null, null, 'FAILING', Status.IN_PROGRESS, 'FAILING'],
    [null, null, 'FAILED', Status.FAILED, 'FAILED'],
    ['FINALIZED', 'LEVITATING', null, Status.UNKNOWN, 'FINALIZED/LEVITATING'],
    ['ACTIVE', 'DEPLOYED', null, Status.UNKNOWN, 'ACTIVE/DEPLOYED'],
    ['constructor', null, null, Status.UNKNOWN, 'constructor'],
    [null, null, null, Status.UNKNOWN, ''],
  ])('%s %s %s is %s', (value, reason, state, status, rawStatus) => {
    expect(toStatus({ value, reason, state })).toEqual({ status, rawStatus });
  });

  it.each([
    ['STAGING', Status.IN_PROGRESS],
    ['STAGED', Status.SUCCEEDED],
    ['FAILED', Status.FAILED],
    ['', Status.UNKNOWN],
    ['EXPIRED', Status.UNKNOWN],
  ])('a build that is %s is %s', (state, status) => {
    expect(toBuildStatus(state)).toBe(status);
  });

  it('narrows by reasons only where they tell all', () => {
    expect(toReasons(new Set([Status.SUCCEEDED, Status.PAUSED]))).toEqual(['DEPLOYED', 'PAUSED']);
    expect(toReasons(new Set([Status.QUEUED]))).toEqual([]);
    expect(toReasons(new Set([Status.SUCCEEDED, Status.UNKNOWN]))).toBeUndefined();
  });

  it.each([
    ['audit.app.create', AuditAction.CREATE],
    ['audit.app.upload-bits', AuditAction.CREATE],
    ['audit.user.space_auditor_add', AuditAction.CREATE],
    ['audit.service_broker.update', AuditAction.UPDATE],
    ['audit.app.delete-request', AuditAction.DELETE],
    ['audit.user.space_auditor_remove', AuditAction.DELETE],
    ['audit.app.deployment.cancel', AuditAction.INFO],
    ['', AuditAction.INFO],
  ])('the event %s is %s', (type, action) => {
    expect(toAction(type)).toBe(action);
  });
});

describe('errors and budgets', () => {
  it.each([
    [
      422,
      { errors: [{ code: 10008, title: 'CF-UnprocessableEntity', detail: 'x' }] },
      false,
      'CF-UnprocessableEntity',
    ],
    [
      503,
      { errors: [{ code: 10013, title: 'CF-RateLimitExceeded' }] },
      true,
      'CF-RateLimitExceeded',
    ],
    [
      403,
      { errors: [{ code: 10014, title: 'CF-IPBasedRateLimitExceeded' }] },
      true,
      'CF-IPBasedRateLimitExceeded',
    ],
    [503, { errors: [{ code: 20008, title: 'CF-UaaRateLimited' }] }, true, 'CF-UaaRateLimited'],
    [429, 'too many', true, undefined],
    [500, { errors: [] }, false, undefined],
    [500, '<html>', false, undefined],
    [500, { errors: [{ code: 1, title: 'a text with a secret' }] }, false, undefined],
  ])('explains %d %j', (status, body, throttled, code) => {
    expect(cloudController.explain(status, body)).toEqual({ code, throttled });
  });

  it('reads the reset as epoch seconds', () => {
    const headers = { 'x-ratelimit-limit': '2000', 'x-ratelimit-remaining': '1800' };
    const reset = { 'x-ratelimit-reset': String(EPOCH / 1000) };
    expect(cloudController.rateLimit({ ...headers, ...reset }, new Date())).toEqual({
      limit: 2000,
      remaining: 1800,
      resetsAt: new Date(EPOCH),
    });
    expect(
      cloudController.rateLimit({ ...headers, 'x-ratelimit-reset': '9e99' }, new Date()),
    ).toEqual({ limit: 2000, remaining: 1800, resetsAt: null });
    expect(cloudController.rateLimit({}, new Date())).toBeNull();
  });
});
