import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { createClock } from '../../sandbox/clock.ts';
import { type Sandbox, STAND_INS, type StandInName } from '../../sandbox/index.ts';
import { startStandIn } from '../../sandbox/server.ts';
import { parseId, toId } from '../../src/ids.ts';
import type { NodeType } from '../../src/schema/node.ts';
import type { TestGateway } from '../helpers/gateway.ts';
import type { Pool } from './operations.ts';

/** The schema as clients know it. */
export function readSchema(): GraphQLSchema {
  return buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
}

/** A request as a stand-in saw it; without a route where it has no such address. */
export interface Sighting {
  provider: StandInName;
  route: string | undefined;
  url: string;
}

/**
 * The sandbox with budgets that thousands of cases do not spend.
 * @param sightings is told of every request
 */
export async function startRoomySandbox(sightings?: Sighting[]): Promise<Sandbox> {
  const clock = createClock('frozen');
  const start = (name: StandInName) => {
    const definition = STAND_INS[name].create(clock);
    const rateLimit = { ...definition.rateLimit, limit: 1_000_000_000 };
    const routes: typeof definition.routes = (app) => {
      app.addHook('onRequest', async ({ routeOptions, originalUrl }) => {
        sightings?.push({ provider: name, route: routeOptions.url, url: originalUrl });
      });
      definition.routes(app);
    };
    return startStandIn({ ...definition, rateLimit, routes }, clock, 0);
  };
  const standIns = {
    ubiops: await start('ubiops'),
    humanitec: await start('humanitec'),
    cloud66: await start('cloud66'),
    cloudfoundry: await start('cloudfoundry'),
  };
  return {
    ...standIns,
    advance: clock.advance,
    close: async () => {
      await Promise.all(Object.values(standIns).map((standIn) => standIn.close()));
    },
  };
}

const EVERYTHING = `query ($first: Int = 5) {
  providers { id name scopes(first: $first) { nodes { id name } pageInfo { endCursor } }
    deployments(first: $first) { pageInfo { endCursor } nodes { id name nativeId
      versions(first: 2) { nodes { id } pageInfo { endCursor } }
      version { id revision { id } latestBuild { id } }
      environmentVariables { id name }
      builds(first: 2) { nodes { id } } } } }
  scopes(first: 20) { nodes { id name } pageInfo { endCursor } }
  deployments(first: 5) { pageInfo { endCursor } }
}`;

/** Ids, cursors and names that are there, with some that are not. */
export async function poolOf(gateway: Pick<TestGateway, 'query'>): Promise<Pool> {
  const { data, errors } = await gateway.query(EVERYTHING);
  if (errors.length > 0) throw new Error(`the sandbox cannot be read: ${errors[0]?.message}`);
  const found: Record<string, Set<string>> = {};
  collect(data, found);
  const texts = (...keys: string[]) => keys.flatMap((key) => [...(found[key] ?? [])]);
  const refs = texts('id').flatMap((id) => parseId(id) ?? []);
  const idsOf = (type: NodeType) => refs.filter((ref) => ref.type === type).map(({ id }) => id);
  return {
    ids: {
      Provider: idsOf('Provider'),
      Scope: idsOf('Scope'),
      Deployment: idsOf('Deployment'),
      Version: idsOf('Version'),
      Build: idsOf('Build'),
      Revision: idsOf('Revision'),
      EnvironmentVariable: idsOf('EnvironmentVariable'),
    },
    strangers: [
      toId('cloudfoundry', 'Deployment', ['no-app', 'no-deployment']),
      toId('nobody', 'Scope', ['x']),
      'no-id',
    ],
    cursors: [...texts('endCursor'), 'no-cursor'],
    names: [...texts('name', 'nativeId'), 'ubiops', 'cloudfoundry', 'production', '', 'a'],
  };
}

function collect(value: unknown, found: Record<string, Set<string>>): void {
  if (Array.isArray(value)) return value.forEach((item) => collect(item, found));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string') (found[key] ??= new Set()).add(inner);
    else collect(inner, found);
  }
}
