import type { TestGateway } from '../helpers/gateway.ts';

/** What is compared of a deployment. */
export interface Row {
  id: string;
  name: string | null;
  status: string;
  createdAt: string | null;
  provider: { name: string };
}

export const ROW = 'id name status createdAt provider { name }';

const NEWEST = `query ($providers: [String!]) {
  deployments(first: 25, filter: { providers: $providers }) {
    nodes { ${ROW} }
    failures { message }
  }
}`;
const THESE = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deployment { ${ROW} } } }`;

/** What may still move, and is asked for by id when newer ones have come. */
const UNFINISHED = ['QUEUED', 'IN_PROGRESS', 'PAUSED', 'CANCELLING', 'UNKNOWN'];

/** So many, of all providers, are asked for one at a time. */
const SINGLE = 30;

const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'];

/** All that the stand-ins have ever said of their deployments. */
export interface World {
  /** Reads what they say now. */
  look(): Promise<void>;
  /** What is wrong with a row, in words; `undefined`: that was said. */
  faultOf(row: Row): string | undefined;
  /** Some that were there from the beginning. */
  ids(): readonly string[];
}

/** `witness` reads another sandbox, whose time goes the same way and in which nothing ever fails. */
export function createWorld(witness: TestGateway): World {
  const said = new Map<string, { fixed: string; statuses: Set<string>; last: string }>();
  const fixedOf = ({ name, createdAt }: Row) => JSON.stringify([name, createdAt]);

  let singles: readonly string[] | undefined;

  const note = (rows: readonly Row[]) => {
    for (const row of rows) {
      const known = said.get(row.id) ?? { fixed: fixedOf(row), statuses: new Set(), last: '' };
      said.set(row.id, known);
      known.statuses.add(row.status);
      known.last = row.status;
    }
  };
  const lookAt = async (provider: string) => {
    const { data, errors } = await witness.query<{
      deployments: { nodes: Row[]; failures: { message: string }[] };
    }>(NEWEST, { providers: [provider] });
    const [problem] = [...errors, ...data.deployments.failures];
    if (problem) throw new Error(problem.message);
    note(data.deployments.nodes);
  };
  const lookAgain = async () => {
    const moving = [...said].filter(([, { last }]) => UNFINISHED.includes(last));
    const ids = [...new Set([...(singles ?? []), ...moving.map(([id]) => id)])].slice(0, 100);
    const { data } = await witness.query<{ nodes: (Row | null)[] }>(THESE, { ids });
    note(data.nodes.flatMap((row) => row ?? []));
  };

  return {
    async look() {
      await Promise.all(PROVIDERS.map(lookAt));
      singles ??= [...said.keys()].filter((_id, index) => index % 3 === 0).slice(0, SINGLE);
      await lookAgain();
    },
    faultOf(row) {
      const known = said.get(row.id);
      if (!known) return `nobody has told of ${row.id}`;
      if (known.fixed !== fixedOf(row)) return `${row.id} is ${fixedOf(row)}, not ${known.fixed}`;
      if (known.statuses.has(row.status)) return undefined;
      return `${row.id} was never ${row.status}, but ${[...known.statuses].join(', ')}`;
    },
    ids: () => singles ?? [],
  };
}
