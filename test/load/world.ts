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

const PAGE = `query ($after: String) {
  deployments(first: 100, after: $after) {
    nodes { ${ROW} }
    failures { message }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** The newest ones of a world: what moves is among them. */
const PAGES = 4;

/** All that the stand-ins have ever said of their deployments. */
export interface World {
  /** Reads what they say now. */
  look(): Promise<void>;
  /** What is wrong with a row, in words; `undefined`: that was said. */
  faultOf(row: Row): string | undefined;
  ids(): string[];
}

/** `witness` reads another sandbox, whose time goes the same way and in which nothing ever fails. */
export function createWorld(witness: TestGateway): World {
  const said = new Map<string, { fixed: string; statuses: Set<string> }>();
  const fixedOf = ({ name, createdAt }: Row) => JSON.stringify([name, createdAt]);

  const readPage = async (after: string | null) => {
    const { data, errors } = await witness.query<{
      deployments: {
        nodes: Row[];
        failures: { message: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }>(PAGE, { after });
    const [problem] = [...errors, ...data.deployments.failures];
    if (problem) throw new Error(problem.message);
    return data.deployments;
  };

  return {
    async look() {
      let after: string | null = null;
      for (let page = 0; page < PAGES; page += 1) {
        const { nodes, pageInfo } = await readPage(after);
        for (const row of nodes) {
          const known = said.get(row.id) ?? { fixed: fixedOf(row), statuses: new Set() };
          said.set(row.id, known);
          known.statuses.add(row.status);
        }
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor;
      }
    },
    faultOf(row) {
      const known = said.get(row.id);
      if (!known) return `nobody has told of ${row.id}`;
      if (known.fixed !== fixedOf(row)) return `${row.id} is ${fixedOf(row)}, not ${known.fixed}`;
      if (known.statuses.has(row.status)) return undefined;
      return `${row.id} was never ${row.status}, but ${[...known.statuses].join(', ')}`;
    },
    ids: () => [...said.keys()],
  };
}
