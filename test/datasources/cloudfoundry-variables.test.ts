import { describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { ErrorCode } from '../../src/errors.ts';
import { toRef, type Ref } from '../../src/ids.ts';
import { newCall, present } from '../helpers/provider.ts';
import {
  example,
  EXAMPLE,
  NAME,
  NOBODY,
  scope,
  space,
  STOREFRONT,
  useFoundation,
} from './cloudfoundry-harness.ts';

const under = useFoundation();

describe('variables', () => {
  const levelsOf = async (...owners: Ref[]) => {
    const levels = await under.provider.getVariableLevels(owners, { shadowed: true }, newCall());
    return owners.map(({ id }) => (levels.has(id) ? present(levels, id) : undefined));
  };
  const values = (variables: { name: string; value: string | null }[] | undefined) =>
    Object.fromEntries((variables ?? []).map(({ name, value }) => [name, value]));

  it('reads those of an app by one request, without what the platform makes itself', async () => {
    const [levels] = await levelsOf(scope('app', STOREFRONT));
    expect(under.sent()).toEqual([`GET /v3/apps/${STOREFRONT}/env`]);
    expect(levels?.map(({ ownerId }) => ownerId)).toEqual([
      scope('app', STOREFRONT).id,
      scope().id,
    ]);
    expect(values(levels?.[0]?.variables)).toMatchObject({
      APP_ENV: 'production',
      LOG_LEVEL: 'warn',
      FEATURE_GIFT_CARDS: 'true',
      DATABASE_POOL: expect.stringMatching(/^\d+$/),
    });
    expect(values(levels?.[1]?.variables)).toMatchObject({ METRICS_INTERVAL: '15', TZ: 'UTC' });
    expect(JSON.stringify(levels)).not.toContain('VCAP');
    expect(levels?.every(({ variables }) => variables.every(({ readOnly }) => !readOnly))).toBe(
      true,
    );
  });

  it('reads the groups once for all scopes above the apps', async () => {
    const staging = scope('space', space('orchard/staging'));
    const harbor = scope('organization', uuidOf('organization', 'harbor'));
    const [own, inSpace, inOrganization, nowhere] = await levelsOf(
      ...[scope(), staging, harbor, scope('space', NOBODY)],
    );
    expect(
      under
        .sent()
        .filter((request) => request.includes('groups'))
        .sort(),
    ).toEqual([
      'GET /v3/environment_variable_groups/running',
      'GET /v3/environment_variable_groups/staging',
    ]);
    expect(own?.map(({ ownerId }) => ownerId)).toEqual([scope().id, scope().id]);
    expect(own?.map(({ variables }) => values(variables)['LOG_LEVEL'])).toEqual(['info', 'debug']);
    expect(own?.[0]?.variables[0]).toMatchObject({ readOnly: true, updatedAt: expect.any(Date) });
    for (const [owner, levels] of [
      [staging, inSpace],
      [harbor, inOrganization],
    ] as const) {
      expect(levels?.[0]).toEqual({ ownerId: owner.id, variables: [] });
      expect(levels?.[1]).toMatchObject({ ownerId: scope().id });
      expect(levels?.[1]?.variables[0]).toMatchObject({ readOnly: false });
    }
    expect(nowhere).toBeUndefined();
  });

  it('has the snapshot of the revision for a rollout, its version and the revision', async () => {
    const revision = example('Revision', EXAMPLE.revision);
    const owners = [
      example('Deployment', EXAMPLE.guid),
      example('Version', EXAMPLE.guid, EXAMPLE.revision, EXAMPLE.droplet),
      revision,
    ];
    const snapshot = {
      ownerId: revision.id,
      variables: [
        { name: 'RAILS_ENV', value: 'production', secret: false, readOnly: false, updatedAt: null },
      ],
    };
    expect(await levelsOf(...owners)).toEqual([[snapshot], [snapshot], [snapshot]]);
    expect(under.sent().sort()).toEqual([
      `GET /v3/deployments?guids=${EXAMPLE.guid}&per_page=5000`,
      `GET /v3/revisions/${EXAMPLE.revision}`,
      `GET /v3/revisions/${EXAMPLE.revision}/environment_variables`,
    ]);
    under.standIn.setFaults([{ path: 'environment_variables$', status: 404, body: {} }]);
    expect(await levelsOf(...owners)).toEqual([null, null, null]);
    under.everyFaultWasUsed();
  });

  it('reads no snapshot by an id that puts it under another app', async () => {
    const owners = [
      toRef(NAME, 'Revision', [STOREFRONT, EXAMPLE.revision]),
      toRef(NAME, 'Version', [STOREFRONT, EXAMPLE.guid, EXAMPLE.revision, EXAMPLE.droplet]),
      toRef(NAME, 'Deployment', [STOREFRONT, EXAMPLE.guid]),
    ];
    expect(await levelsOf(...owners)).toEqual([undefined, undefined, undefined]);
    expect(under.sent().filter((request) => request.includes('environment'))).toEqual([]);
  });

  it('takes what the platform hides for a secret, and turns all else into text', async () => {
    const hidden = {
      A: '[PRIVATE DATA HIDDEN]',
      B: '[PRIVATE DATA HIDDEN IN LISTS]',
      C: '[REDACTED]',
      D: '***',
      E: 0.25,
      F: false,
      G: null,
      H: { nested: [1] },
      I: '',
    };
    under.standIn.setFaults([{ path: '/env$', set: { '/environment_variables': hidden } }]);
    const [levels] = await levelsOf(scope('app', STOREFRONT));
    expect(values(levels?.[0]?.variables)).toEqual({
      ...{ A: null, B: null, C: null, D: null },
      ...{ E: '0.25', F: 'false', G: null, H: '{"nested":[1]}', I: '' },
    });
    const secrets = levels?.[0]?.variables.filter(({ secret }) => secret).map(({ name }) => name);
    expect(secrets).toEqual(['A', 'B', 'C', 'D']);
    under.standIn.setFaults([
      {
        path: '/env$',
        status: 403,
        body: { errors: [{ code: 10003, title: 'CF-NotAuthorized' }] },
      },
    ]);
    await expect(levelsOf(scope('app', STOREFRONT))).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_UNAUTHORIZED,
      providerCode: 'CF-NotAuthorized',
    });
    under.everyFaultWasUsed();
  });
});
