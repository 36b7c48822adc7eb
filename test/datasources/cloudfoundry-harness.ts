import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import { cloudFoundry as cloudFoundryStandIn } from '../../sandbox/cloudfoundry/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { type StandIn, startStandIn } from '../../sandbox/server.ts';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import type { ProviderSource, Source } from '../../src/datasources/provider.ts';
import { type Ref, toRef } from '../../src/ids.ts';
import { ScopeKind } from '../../src/schema/enums.ts';
import { createProvider } from '../helpers/provider.ts';

export const NAME = 'under-test';
export const TOKEN = { credentials: { token: 'sandbox' } };
export const NOBODY = '00000000-0000-4000-8000-000000000000';
export const STOREFRONT = appGuid('orchard/production/storefront');

/** The deployment of the provider's documentation, and what it refers to. */
export const EXAMPLE = {
  app: '305cea31-5a44-45ca-b51b-e89c7a8ef8b2',
  guid: '59c3d133-2b83-46f3-960e-7765a129aea4',
  revision: '56126cba-656a-4eba-a81e-7e9951b2df57',
  droplet: '44ccfa61-dbcf-4a0d-82fe-f668e9d2a962',
};

/** The guid of an app by "organization/space/name". */
export function appGuid(key: string): string {
  return uuidOf('app', ...key.split('/'));
}

/** The guid of a space by "organization/name". */
export function space(key: string): string {
  return uuidOf('space', ...key.split('/'));
}

export function scope(...keys: string[]): Ref {
  return toRef(NAME, 'Scope', keys);
}

export function app(key: string): Ref {
  return scope('app', appGuid(key));
}

export function example(type: 'Deployment' | 'Version' | 'Revision', ...keys: string[]): Ref {
  return toRef(NAME, type, [EXAMPLE.app, ...keys]);
}

/** The source of a scope, of which a provider looks at the id alone. */
export function sourceOf({ id }: Ref): Source {
  const kind = ScopeKind.PLATFORM;
  return { scope: { __typename: 'Scope', id, kind, nativeKind: '', nativeKey: '' } };
}

export interface FoundationUnderTest {
  clock: Clock;
  standIn: StandIn;
  provider: ProviderSource;
  /** The requests so far, with their queries. */
  sent(): string[];
  everyFaultWasUsed(): void;
}

/** A foundation of the test file's own, without faults at the start of each test. */
export function useFoundation(): FoundationUnderTest {
  // Filled before the first test runs.
  const under = {} as FoundationUnderTest;
  beforeAll(async () => {
    under.clock = createClock('frozen');
    under.standIn = await startStandIn(cloudFoundryStandIn(under.clock), under.clock, 0);
    under.provider = createProvider(cloudFoundry, `${under.standIn.url}/v3`, TOKEN);
  });
  beforeEach(() => {
    under.standIn.setFaults([]);
    under.standIn.clearRequests();
  });
  afterAll(() => under.standIn.close());
  under.sent = () =>
    under.standIn.requests().map(({ method, path, query }) => {
      const text = Object.entries(query).map(([name, value]) => `${name}=${String(value)}`);
      return `${method} ${path}${text.length > 0 ? `?${text.join('&')}` : ''}`;
    });
  under.everyFaultWasUsed = () => {
    for (const fault of under.standIn.faults()) expect(fault.used).toBeGreaterThan(0);
  };
  return under;
}
