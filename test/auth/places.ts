import { ask } from '../helpers/ask.ts';

export const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;
export type Name = (typeof PROVIDERS)[number];

interface Thing {
  id: string;
}
export interface Place extends Thing {
  name: string;
  path: string;
  deployments: (Thing & {
    version: (Thing & { revision: Thing | null }) | null;
    builds: Thing[];
  })[];
  variables: Thing[];
  /** Ids of the scopes around it. */
  around: string[];
}

/**
 * Two places of each provider: one that viewers are let into, and one that they are not; and the ids
 * of all such scopes but the first.
 */
export type Places = Record<Name, { inside: Place; outside: Place; others: string[] }>;

const PARTS = `id
  deployments(first: 3) { nodes { id version { id revision { id } } builds(first: 2) { nodes { id } } } }
  environmentVariables { id }`;

interface Told {
  id: string;
  name: string;
  nativeKind: string;
  parent: { id: string; parent: { id: string; parent: { id: string } | null } | null } | null;
}

/** How a configuration names a scope: its keys without what the entry says already. */
function pathOf(provider: Name, id: string): string {
  const [, , ...keys] = JSON.parse(Buffer.from(id, 'base64url').toString()) as string[];
  return (provider === 'humanitec' ? keys.slice(1) : keys).join('/');
}

export async function findPlaces(url: string): Promise<Places> {
  const kinds = {
    ubiops: 'project',
    humanitec: 'environment',
    cloud66: 'stack',
    cloudfoundry: 'space',
  };
  const found = {} as Places;
  for (const provider of PROVIDERS) {
    const { data } = await ask<{ provider: { scopes: { nodes: Told[] } } }>(
      url,
      `query ($name: String!) { provider(name: $name) { scopes(first: 100) {
        nodes { id name nativeKind parent { id parent { id parent { id } } } } } } }`,
      { name: provider },
    );
    const places: Place[] = [];
    for (const scope of data.provider.scopes.nodes) {
      if (scope.nativeKind !== kinds[provider] || places.length === 2) continue;
      const place = await readPlace(url, provider, scope);
      if (place.deployments.length > 0 && place.variables.length > 0) places.push(place);
    }
    const [inside, outside] = places;
    if (!inside || !outside) throw new Error(`${provider} has no two places`);
    const others = data.provider.scopes.nodes
      .filter(({ id, nativeKind }) => nativeKind === kinds[provider] && id !== inside.id)
      .map(({ id }) => id);
    found[provider] = { inside, outside, others };
  }
  return found;
}

async function readPlace(url: string, provider: Name, { id, name, parent }: Told): Promise<Place> {
  type Row = Omit<Place['deployments'][number], 'builds'> & { builds: { nodes: Thing[] } | null };
  const { data } = await ask<{
    node: { deployments: { nodes: Row[] }; environmentVariables: Place['variables'] | null };
  }>(url, `query ($id: ID!) { node(id: $id) { ... on Scope { ${PARTS} } } }`, { id });
  return {
    id,
    name,
    path: pathOf(provider, id),
    deployments: data.node.deployments.nodes.map((row) => ({
      ...row,
      builds: row.builds?.nodes ?? [],
    })),
    variables: data.node.environmentVariables ?? [],
    around: [parent?.id, parent?.parent?.id, parent?.parent?.parent?.id].flatMap(
      (each) => each ?? [],
    ),
  };
}

/** Every id that a place holds, with itself. */
export function idsOf({ id, deployments, variables }: Place): string[] {
  const parts = deployments.flatMap((each) => [
    each.id,
    each.version?.id,
    each.version?.revision?.id,
    ...each.builds.map((build) => build.id),
  ]);
  return [id, ...parts, ...variables.map((each) => each.id)].flatMap((each) => each ?? []);
}
