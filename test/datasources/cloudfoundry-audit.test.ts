import { describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { type ProviderSource } from '../../src/datasources/provider.ts';
import { ErrorCode } from '../../src/errors.ts';
import { refOf, type Ref } from '../../src/ids.ts';
import { AuditAction } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import {
  EXAMPLE,
  scope,
  sourceOf,
  space,
  STOREFRONT,
  useFoundation,
} from './cloudfoundry-harness.ts';

const under = useFoundation();

describe('audit events', () => {
  const page = async (
    owner: Ref,
    query: Partial<Parameters<ProviderSource['listAuditEvents']>[1]> = {},
  ) => {
    const all = { first: 5, after: undefined, action: undefined, ...query };
    const found = await under.provider.listAuditEvents(owner, all, newCall());
    if (!found) throw new Error('the owner has audit events');
    return found;
  };

  it('asks for those of the scope', async () => {
    await page(scope());
    await page(scope('organization', uuidOf('organization', 'harbor')));
    await page(scope('space', space('orchard/staging')));
    await page(scope('app', STOREFRONT));
    const rest = 'order_by=-created_at&per_page=5';
    expect(under.sent()).toEqual([
      `GET /v3/audit_events?${rest}`,
      `GET /v3/audit_events?organization_guids=${uuidOf('organization', 'harbor')}&${rest}`,
      `GET /v3/audit_events?space_guids=${space('orchard/staging')}&${rest}`,
      `GET /v3/audit_events?target_guids=${STOREFRONT}&${rest}`,
    ]);
  });

  it('shows no event twice although new ones arrive between two pages', async () => {
    const first = await page(scope(), { first: 6 });
    under.clock.advance(10 * 60_000);
    const second = await page(scope(), { first: 6, after: first.next ?? undefined });
    const third = await page(scope(), { first: 3, after: second.next ?? undefined });
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(15);
    const times = [first, second, third].flatMap(({ items }) =>
      items.map(({ occurredAt }) => Number(occurredAt)),
    );
    expect(times).toEqual([...times].sort((left, right) => right - left));
    expect(under.sent()).toHaveLength(3);
  });

  it('reads every event once, to the end', async () => {
    expect(await page(scope('app', EXAMPLE.app))).toEqual({ items: [], faults: [], next: null });
    const owner = scope('organization', uuidOf('organization', 'meridian'));
    const all = (await page(owner, { first: 1_000 })).items.map(({ id }) => id);
    for (const first of [1, 7]) {
      const seen: string[] = [];
      for (let after: string | undefined; seen.length <= all.length;) {
        const { items, next } = await page(owner, { first, after });
        seen.push(...items.map(({ id }) => id));
        if (next === null) break;
        after = next;
      }
      expect(seen).toEqual(all);
    }
    expect(all.length).toBeGreaterThan(20);
  });

  it('finds the events of a rollout among those of its app', async () => {
    const source = sourceOf(scope('app', STOREFRONT));
    const query = { from: 'newest', limit: 3 } as const;
    const [row] = (await under.provider.listDeployments(source, query, newCall())).items;
    if (!row) throw new Error('the case needs a row');
    under.standIn.clearRequests();
    const { items, next } = await page(refOf(row.id));
    expect(items.map(({ message }) => message)).toContain('audit.app.deployment.create');
    expect(items.length).toBeLessThan(5);
    expect(next).toBeNull();
    expect(under.sent().length).toBeLessThanOrEqual(5);
    expect(under.sent()[0]).toContain(
      `target_guids=${STOREFRONT}&types=audit.app.deployment.create,`,
    );
  });

  it('looks a handful of requests far for an action, and says where it stopped', async () => {
    under.clock.advance(12 * 3_600_000);
    const found = await page(scope(), { action: AuditAction.DELETE });
    expect(under.sent()).toHaveLength(5);
    expect(found.items).toEqual([]);
    expect(found.next).toEqual(expect.any(String));
    under.standIn.clearRequests();
    const created = await page(scope(), { action: AuditAction.CREATE });
    expect(created.items).toHaveLength(5);
    expect(under.sent()).toHaveLength(1);
  });

  it('shows events without an actor, a target or a date', async () => {
    under.standIn.setFaults([
      {
        path: 'audit_events',
        set: {
          '/resources/0/actor': null,
          '/resources/0/target': 'x',
          '/resources/1/created_at': 'today',
          '/resources/2/guid': 5,
        },
      },
    ]);
    const { items, faults } = await page(scope());
    expect(items[0]).toMatchObject({ actor: null, objectType: null, objectName: null });
    expect(items[1]).toMatchObject({ occurredAt: null });
    expect(items).toHaveLength(4);
    expect(faults).toMatchObject([{ code: ErrorCode.PROVIDER_INVALID_RESPONSE }]);
    under.everyFaultWasUsed();
  });
});
