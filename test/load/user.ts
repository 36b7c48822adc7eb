import type { World } from './world.ts';
import { ROW, type Row } from './world.ts';

/** What became of the operations of all users. */
export interface Tally {
  queries: number;
  mutations: number;
  /** Answers in which a part was missing, because it was down. */
  partial: number;
  /** Each answer that nobody ever gave. */
  wrong: string[];
  /** Each error that no part which was down explains. */
  unexplained: string[];
}

export interface UserOptions {
  url: string;
  world: World;
  tally: Tally;
  /** A scope whose variables are this user's alone to write. */
  scopeId: string;
  name: string;
  signal: AbortSignal;
  /** Whether this part of the world is down, or was a moment ago. */
  mayFail: (provider: string | undefined) => boolean;
}

interface Failing {
  message: string;
  extensions?: { code?: string; provider?: string };
}

interface Body {
  data?: {
    deployments?: { nodes: Row[]; failures: { code: string; provider: { name: string } }[] };
    deployment?: Row | null;
    setEnvironmentVariables?: { changedNames: string[]; userErrors: { message: string }[] };
    node?: { environmentVariables?: { name: string; value: string | null }[] } | null;
  } | null;
  errors?: Failing[];
}

const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'];
const LIST = `query ($first: Int!, $providers: [String!]) {
  deployments(first: $first, filter: { providers: $providers }) {
    nodes { ${ROW} }
    failures { code provider { name } }
  }
}`;
const ONE = `query ($id: ID!) { deployment(id: $id) { ${ROW} } }`;
const SET = `mutation ($ownerId: ID!, $name: String!, $value: String!) {
  setEnvironmentVariables(input: { ownerId: $ownerId, variables: [{ name: $name, value: $value }] }) {
    changedNames
    userErrors { message }
  }
}`;
const VARIABLES = `query ($id: ID!) {
  node(id: $id) { ... on Scope { environmentVariables { name value } } }
}`;

/** Asks one thing after the other, and checks each answer, until it is told to end. */
export async function runUser(options: UserOptions): Promise<void> {
  const { url, world, tally, scopeId, name, signal, mayFail } = options;
  /** What this user has tried to write: each of it was so at some time, or may have been. */
  const written = new Set<string | undefined>([undefined]);
  let turn = 0;

  const send = async (query: string, variables: Record<string, unknown>): Promise<Body> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Body;
    const named = (body.data?.deployments?.failures ?? []).map(({ code, provider }) => ({
      message: code,
      extensions: { provider: provider.name, code },
    }));
    const failures: Failing[] = [...(body.errors ?? []), ...named];
    for (const { message, extensions } of failures) {
      const code = extensions?.code ?? response.status;
      if (!mayFail(extensions?.provider)) tally.unexplained.push(`${code}: ${message}`);
    }
    tally.partial += Number(failures.length > 0);
    return body;
  };
  const check = (rows: readonly Row[]) => {
    for (const row of rows) {
      const fault = world.faultOf(row);
      if (fault) tally.wrong.push(fault);
    }
  };

  const list = async () => {
    const first = 5 + (turn % 4) * 5;
    const providers = turn % 3 ? [PROVIDERS[turn % 4]] : undefined;
    const { data } = await send(LIST, { first, providers });
    const { nodes = [], failures = [] } = data?.deployments ?? {};
    check(nodes);
    if (new Set(nodes.map(({ id }) => id)).size < nodes.length) tally.wrong.push('a row twice');
    const dates = nodes.map(({ createdAt }) => createdAt ?? '');
    if ([...dates].sort().reverse().join() !== dates.join()) tally.wrong.push('rows out of order');
    if (providers && nodes.some(({ provider }) => provider.name !== providers[0])) {
      tally.wrong.push('a row of another provider');
    }
    if (data?.deployments && failures.length === 0 && nodes.length < first) {
      tally.wrong.push(`${nodes.length} rows of ${first}`);
    }
  };
  const one = async () => {
    const ids = world.ids().slice(0, 120);
    const id = ids[(turn * 7) % ids.length];
    const { data, errors } = await send(ONE, { id });
    if (data?.deployment) {
      check([data.deployment]);
      if (data.deployment.id !== id) tally.wrong.push('another deployment');
    } else if (!errors) tally.wrong.push(`${id} is said not to be there`);
  };
  const write = async () => {
    const value = `${name} ${turn}`;
    written.add(value);
    const { data, errors } = await send(SET, { ownerId: scopeId, name, value });
    tally.mutations += 1;
    if (errors || !data?.setEnvironmentVariables) return;
    const { changedNames, userErrors } = data.setEnvironmentVariables;
    if (changedNames.join() !== name || userErrors.length > 0) {
      tally.wrong.push(`a write gave ${JSON.stringify(data.setEnvironmentVariables)}`);
    }
  };
  const readBack = async () => {
    const { data } = await send(VARIABLES, { id: scopeId });
    const all = data?.node?.environmentVariables;
    const found = all?.find((variable) => variable.name === name);
    if (all && !written.has(found?.value ?? undefined)) {
      tally.wrong.push(`${name} is ${found?.value}, which nobody wrote`);
    }
  };

  const work = [list, one, list, one, list, write, readBack, list];
  while (!signal.aborted) {
    const operation = work[turn % work.length] ?? list;
    await operation();
    tally.queries += Number(operation !== write);
    turn += 1;
  }
}
