import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { MUTATIONS, type MutationRow } from './mutation-table.ts';
import { type Name, PROVIDERS } from './places.ts';
import {
  crossings,
  findTargets,
  nothingLike,
  outcomeOf,
  PATHS,
  ROLE_NAMES,
  startWorld,
  type Targets,
  withTime,
  type World,
} from './world.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const fieldsOf = (type: GraphQLObjectType | null | undefined) => type?.getFields() ?? {};
const NAMES = Object.keys(fieldsOf(schema.getMutationType()));

/** The mutation with what every payload has. */
const documentOf = (name: string) =>
  `mutation ($input: ${String(
    fieldsOf(schema.getMutationType())[name]?.args[0]?.type,
  )}) { ${name}(input: $input) { userErrors { field code message providerCode } } }`;

const rowOf = (name: string): MutationRow => {
  const row = MUTATIONS[name];
  if (!row) throw new Error(`${name} has no row in mutation-table.ts`);
  return row;
};

/** What is asked to find out which scope something is in, where ids do not tell. */
const LOOKING = /^GET \/v3\/(apps|spaces|organizations)$/;

type Payloads = Record<
  string,
  {
    userErrors: { field: string[]; code: string; message: string; providerCode: string | null }[];
  } | null
>;

it('has a row for every mutation of the schema', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual([...NAMES].sort());
});

describe('what is not allowed', () => {
  let world: World;
  const places = {} as Record<Name, { inside: Targets; outside: Targets }>;
  beforeAll(async () => {
    world = await startWorld(PATHS);
    for (const name of PROVIDERS) {
      places[name] = {
        inside: await findTargets(world, name, PATHS[name].inside),
        outside: await findTargets(world, name, PATHS[name].outside),
      };
    }
  });
  afterAll(() => world.close());
  beforeEach(() => world.clear());

  const attempt = async (viewer: string, name: string, input: unknown) => {
    const { errors, data } = await world.askAs<Payloads | null>(viewer, documentOf(name), {
      input,
    });
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    return errors[0];
  };
  const refused = async (viewer: string, name: string, input: unknown, code: string) => {
    world.clear();
    const error = await attempt(viewer, name, input);
    expect([viewer, error?.extensions.code]).toEqual([viewer, code]);
    expect(world.sent().filter((line) => !LOOKING.test(line))).toEqual([]);
    return error?.message;
  };
  /** What had to be looked up once is known the second time. */
  const refusedTwice = async (...tried: Parameters<typeof refused>) => {
    const message = await refused(...tried);
    expect(await refused(...tried)).toBe(message);
    expect(world.sent()).toEqual([]);
    return message;
  };

  describe.each(PROVIDERS)('%s', (provider) => {
    it.each(NAMES)('%s', async (name) => {
      const { takes, reads = false, input } = rowOf(name);
      const inside = input(places[provider].inside, provider);
      const outside = input(places[provider].outside, provider);
      for (const role of ROLE_NAMES) {
        const viewer = `${role}-${provider}`;
        const hidden = await refusedTwice(viewer, name, outside, 'NOT_FOUND');
        // In the same words as for what does not exist.
        for (const { at, input: none } of crossings(outside, blank(outside)).slice(0, 1)) {
          expect([at, await refused(viewer, name, none, 'NOT_FOUND')]).toEqual([at, hidden]);
        }
        const may = role === 'admin' || (role === 'deployer' && takes === 'deploy' && !reads);
        if (!may) await refusedTwice(viewer, name, inside, 'FORBIDDEN');
      }
      await refusedTwice(`stranger-${provider}`, name, inside, 'NOT_FOUND');
      await refusedTwice(`mixed-${provider}`, name, outside, 'FORBIDDEN');
      await refusedTwice(`whole-viewer-${provider}`, name, inside, 'FORBIDDEN');
    });

    it.each(NAMES)('%s, of which one object is elsewhere', async (name) => {
      const { input, outcome } = rowOf(name);
      const own = input(places[provider].inside, provider);
      const elsewhere = input(places[provider].outside, provider);
      const mixtures = crossings(own, elsewhere);
      expect(mixtures.length).toBeGreaterThan(0);
      for (const [index, { at, input: mixture }] of mixtures.entries()) {
        // What the platform has no word for is told before the second object is looked at.
        const isTold = index > 0 && outcome[provider] === 'UNSUPPORTED';
        const code = isTold ? 'UNSUPPORTED' : 'NOT_FOUND';
        const message = await refusedTwice(`admin-${provider}`, name, mixture, code);
        if (!isTold) expect(message).toContain(`input.${at}: `);
      }
    });
  });
});

/** The same input with ids that nothing has. */
function blank(input: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(input), (_key, value: unknown) =>
    typeof value === 'string' && crossings(value, '').length > 0 ? nothingLike(value) : value,
  ) as Record<string, unknown>;
}

describe.each(['deployer', 'admin'] as const)('what is allowed to a %s', (role) => {
  let world: World;
  const places = {} as Record<Name, Targets>;
  beforeAll(async () => {
    world = await startWorld(PATHS);
    for (const name of PROVIDERS) {
      places[name] = await findTargets(world, name, PATHS[name].inside);
    }
  });
  afterAll(() => world.close());

  const mayDo = ({ takes, reads }: MutationRow) =>
    role === 'admin' || (takes === 'deploy' && !reads);

  it.each(Object.keys(MUTATIONS).filter((name) => mayDo(rowOf(name))))('%s', async (name) => {
    const { input, prepare, outcome } = rowOf(name);
    const outcomes: Record<string, string> = {};
    for (const provider of PROVIDERS) {
      const found = places[provider];
      const targets = { ...found, ...(await prepare?.(world, found, provider)) };
      const asked = world.askAs<Payloads | null>(`${role}-${provider}`, documentOf(name), {
        input: input(targets, provider),
      });
      outcomes[provider] = outcomeOf(await withTime(world, asked));
    }
    expect(outcomes).toEqual(outcome);
    world.sandbox.advance(3_600_000);
  });
});
