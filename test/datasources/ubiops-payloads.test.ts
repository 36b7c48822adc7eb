import { describe, expect, it } from '@jest/globals';
import { createDialect } from '../../src/datasources/ubiops/dialect.ts';
import {
  count,
  labels,
  listOf,
  one,
  seconds,
  text,
  toMoment,
} from '../../src/datasources/ubiops/fields.ts';
import { areKeys, pathOf } from '../../src/datasources/ubiops/keys.ts';
import { deploymentRow } from '../../src/datasources/ubiops/payloads.ts';
import { toBuildStatus, toVersionStatus } from '../../src/datasources/ubiops/status.ts';
import { versionRow } from '../../src/datasources/ubiops/version-payloads.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { toRef } from '../../src/ids.ts';
import { Status } from '../../src/schema/enums.ts';
import { newCall, present } from '../helpers/provider.ts';
import { build, deployment, NOBODY, scope, useUbiOps, version } from './ubiops-harness.ts';

describe('ubiops status', () => {
  it.each([
    ['queued', Status.QUEUED],
    ['building', Status.IN_PROGRESS],
    ['deploying', Status.IN_PROGRESS],
    ['validating', Status.IN_PROGRESS],
    ['processing', Status.IN_PROGRESS],
    ['success', Status.SUCCEEDED],
    ['failed', Status.FAILED],
    ['cancelled', Status.CANCELLED],
    ['levitating', Status.UNKNOWN],
    ['constructor', Status.UNKNOWN],
    ['', Status.UNKNOWN],
  ])('of a build or revision: %s is %s', (raw, status) => {
    expect(toBuildStatus(raw)).toBe(status);
  });

  it.each([
    ['available', Status.FAILED, Status.SUCCEEDED],
    ['building', null, Status.IN_PROGRESS],
    ['failed', Status.SUCCEEDED, Status.FAILED],
    ['unavailable', null, Status.QUEUED],
    ['unavailable', Status.FAILED, Status.FAILED],
    ['unavailable', Status.QUEUED, Status.IN_PROGRESS],
    ['unavailable', Status.IN_PROGRESS, Status.IN_PROGRESS],
    ['unavailable', Status.SUCCEEDED, Status.UNKNOWN],
    ['unavailable', Status.CANCELLED, Status.UNKNOWN],
    ['unavailable', undefined, Status.UNKNOWN],
    ['levitating', null, Status.UNKNOWN],
    ['toString', null, Status.UNKNOWN],
    ['', null, Status.UNKNOWN],
  ])('of a version: %s with %s newest is %s', (raw, newest, status) => {
    expect(toVersionStatus(raw, newest)).toBe(status);
  });
});

describe('ubiops fields', () => {
  it.each([
    ['2020-05-12T16:23:15.456812Z', '2020-05-12T16:23:15.456Z'],
    ['2020-12-23T16:15:11.200+00:00', '2020-12-23T16:15:11.200Z'],
    ['2020-12-23T16:15:11.200+02:00', '2020-12-23T14:15:11.200Z'],
    ['2020-12-23T16:15:11', '2020-12-23T16:15:11.000Z'],
    ['2020-12-23', '2020-12-23T00:00:00.000Z'],
    ['2020-02-29T00:30:00+02:00', '2020-02-28T22:30:00.000Z'],
  ])('reads the moment %s', (written, moment) => {
    expect(toMoment(written)?.toISOString()).toBe(moment);
  });

  it.each([
    '2020-06-22T18:04:76.123754Z',
    '2021-02-29T10:00:00Z',
    '2020-13-01T10:00:00Z',
    '2020-06-22T18:04:06+99:00',
    '22 June 2020',
    '',
    1_592_848_800,
    null,
    {},
  ])('takes %p for no moment', (written) => {
    expect(toMoment(written)).toBeNull();
  });

  it('makes nothing of what is of another type, and never fails', () => {
    expect([text.parse(5), text.parse(''), text.parse(undefined)]).toEqual([null, null, null]);
    expect([count.parse(1.5), count.parse(2 ** 40), count.parse('3')]).toEqual([null, null, null]);
    expect([seconds.parse(10), seconds.parse(0), seconds.parse('10')]).toEqual([10_000, 0, null]);
    expect(labels.parse({ team: 'ai', bad: 5 })).toEqual([{ key: 'team', value: 'ai' }]);
    expect([labels.parse(['a']), labels.parse(null)]).toEqual([[], []]);
    expect(listOf(text).parse('none')).toBeNull();
    expect([one(text).parse(['a', 'b']), one(text).parse('a')]).toEqual(['a', 'a']);
  });

  it('needs an id and a name, nothing else', () => {
    const bare = { id: NOBODY, name: 'x' };
    expect(deploymentRow(scope('p')).parse(bare)).toMatchObject({ createdAt: null, labels: [] });
    expect(versionRow(deployment('p', 'd')).parse({ id: NOBODY, version: 'v' })).toMatchObject({
      generation: undefined,
      version: { status: Status.UNKNOWN, rawStatus: '', revisionId: null },
    });
    for (const spoilt of [{ ...bare, id: 5 }, { ...bare, name: '' }, { name: 'x' }, null, []]) {
      expect(deploymentRow(scope('p')).safeParse(spoilt).success).toBe(false);
    }
  });

  it('escapes names, and takes what would lead elsewhere for no key', () => {
    expect(pathOf(scope('a/b c%2F'))).toBe('/projects/a%2Fb%20c%252F');
    for (const key of ['', '.', '..', '\ud800']) {
      expect(areKeys(toRef('p', 'Deployment', ['seed', key, NOBODY]))).toBe(false);
    }
    expect(areKeys(toRef('p', 'Deployment', ['seed', 'x']))).toBe(false);
  });
});

describe('ubiops dialect', () => {
  const now = new Date('2026-06-01T12:00:00Z');
  const dialect = createDialect('secret');

  it('sends the token by its own scheme', () => {
    expect(dialect.authorize(newCall())).toEqual({ authorization: 'Token secret' });
  });

  it('counts the reset from now, in seconds', () => {
    const headers = { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '299' };
    expect(dialect.rateLimit({ ...headers, 'x-ratelimit-reset': '42' }, now)).toEqual({
      limit: 300,
      remaining: 299,
      resetsAt: new Date('2026-06-01T12:00:42Z'),
    });
    expect(dialect.rateLimit(headers, now)?.resetsAt).toBeNull();
    expect(
      dialect.rateLimit({ ...headers, 'x-ratelimit-reset': '1e300' }, now)?.resetsAt,
    ).toBeNull();
    expect(dialect.rateLimit({}, now)).toBeNull();
  });
});

describe('ubiops answers that are not as documented', () => {
  const ubi = useUbiOps();
  const spoil = (path: string, set: Record<string, unknown>) => ubi.inject({ path, set });

  it('keeps a row whose lesser fields are spoilt', async () => {
    const spoilt = {
      labels: 7,
      creation_date: '2020-02-31',
      input_fields: [null, 5],
      description: [],
    };
    const set = Object.fromEntries(
      Object.entries(spoilt).map(([key, value]) => [`/${key}`, value]),
    );
    spoil('/order-router$', set);
    const ref = deployment('seed', 'order-router');
    const found = await ubi.provider.getDeployments([ref], newCall());
    expect(present(found, ref.id)).toMatchObject({
      labels: [],
      createdAt: null,
      description: null,
      details: { inputFields: [] },
    });
  });

  it('keeps a version in a state nobody has seen, and leaves one out that has no name', async () => {
    spoil('order-router/versions$', { '/0/status': 'levitating', '/1/version': 12 });
    const { items, faults } = await ubi.versionsOf('current', 'order-router');
    expect(items.map(({ name }) => name).sort()).toEqual(['v1', 'v3']);
    expect(items.find(({ name }) => name === 'v1')).toMatchObject({
      status: Status.UNKNOWN,
      rawStatus: 'levitating',
    });
    expect(faults).toMatchObject([{ code: ErrorCode.PROVIDER_INVALID_RESPONSE }]);
  });

  it('does not say "absent" or "none" of what may be the row it could not read', async () => {
    spoil('order-router/versions$', { '/0/version': 12 });
    const refs = ['v1', 'v2'].map((name) => version('current', 'order-router', name));
    const found = await ubi.provider.getVersions(refs, newCall());
    expect(found.get(refs[0]?.id ?? '')).toBeInstanceOf(GatewayError);
    expect(present(found, refs[1]?.id ?? '').name).toBe('v2');
    const [row] = await ubi.rowsOf('current', 'order-router');
    const completed = await ubi.provider.completeDeployments(row ? [row] : [], newCall());
    expect(completed.get(row?.id ?? '')).toBeInstanceOf(GatewayError);
  });

  it('understands a single object in a list', async () => {
    const owner = version('seed', 'showcase', 'failed-build');
    const [newest] = (await ubi.buildsOf(owner)).items;
    if (!newest) throw new Error('the version was built');
    spoil('/builds/', { '': [{ id: newest.nativeId, status: 'cancelled' }] });
    const ref = build(owner, newest.nativeId);
    const found = present(await ubi.getBuilds([ref]), ref.id);
    expect(found).toMatchObject({ status: Status.CANCELLED, revisionId: null, errorMessage: null });
  });

  it('takes what answers to a name under another UUID for absent', async () => {
    spoil('/order-router$', { '/id': NOBODY });
    const ref = deployment('seed', 'order-router');
    expect((await ubi.provider.getDeployments([ref], newCall())).size).toBe(0);
    expect((await ubi.provider.listVersions([ref], newCall())).size).toBe(0);
  });

  it.each([
    ['JSON', { error: 'pssst' }],
    ['other JSON', { error_message: 'pssst' }],
    ['XML', '<Error><Message>pssst</Message></Error>'],
  ])('does not repeat what an error says in %s', async (_kind, body) => {
    ubi.inject({ path: '/versions$', status: 400, body });
    const ref = deployment('seed', 'order-router');
    const failure = (await ubi.provider.listVersions([ref], newCall())).get(ref.id);
    expect(failure).toMatchObject({ code: ErrorCode.PROVIDER_REJECTED, upstreamStatus: 400 });
    expect(JSON.stringify([failure, (failure as GatewayError).message])).not.toContain('pssst');
  });
});
