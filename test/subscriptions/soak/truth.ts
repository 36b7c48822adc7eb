import { EPOCH } from '../../../sandbox/clock.ts';
import type { StatusChange } from '../../../src/subscriptions/events.ts';
import type { Status } from '../../../src/schema/enums.ts';
import type { TestGateway } from '../../helpers/gateway.ts';

interface Row {
  id: string;
  status: Status;
  createdAt: string | null;
}

interface Answer {
  deployments: {
    nodes: Row[];
    failures: { message: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

/** What the stand-ins say, read without cache and without watching. */
export interface Truth {
  /** The newest deployments. What changes while a test runs is among them. */
  deployments(): Promise<ReadonlyMap<string, Row>>;
  /** The statuses of anything by its id. */
  statuses(ids: readonly string[]): Promise<ReadonlyMap<string, Status>>;
}

const DEPLOYMENTS = `query ($after: String) {
  deployments(first: 100, after: $after) {
    nodes { id status createdAt }
    failures { message }
    pageInfo { hasNextPage endCursor }
  }
}`;
const NODES = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on Deployment { status }
    ... on Version { status }
    ... on Build { status }
  }
}`;

/** So many pages behind the last one that tells of anything new. */
const PAGES_BEHIND = 5;

export function createTruth(gateway: TestGateway): Truth {
  const ask = async <Data>(query: string, variables: Record<string, unknown>) => {
    const { data, errors } = await gateway.query<Data>(query, variables);
    if (errors[0]) throw new Error(errors[0].message);
    return data;
  };
  const readPage = async (after: string | null) => {
    const { deployments } = await ask<Answer>(DEPLOYMENTS, { after });
    const [failure] = deployments.failures;
    if (failure) throw new Error(failure.message);
    return deployments;
  };
  return {
    async deployments() {
      const rows: Row[] = [];
      let after: string | null = null;
      for (let behind = 0; behind < PAGES_BEHIND; behind += 1) {
        const { nodes, pageInfo } = await readPage(after);
        rows.push(...nodes);
        if (nodes.some(isNew)) behind = 0;
        if (!pageInfo.hasNextPage) break;
        after = pageInfo.endCursor;
      }
      return new Map(rows.map((row) => [row.id, row]));
    },
    async statuses(ids) {
      const found = new Map<string, Status>();
      for (let start = 0; start < ids.length; start += 100) {
        const page = ids.slice(start, start + 100);
        const { nodes } = await ask<{ nodes: (Row | null)[] }>(NODES, { ids: page });
        for (const row of nodes) if (row) found.set(row.id, row.status);
      }
      return found;
    },
  };
}

function isNew({ createdAt }: Row): boolean {
  return createdAt !== null && Date.parse(createdAt) > EPOCH;
}

/**
 * What the log does not have as it is, in words. `known`: the last status of everything that it ever
 * saw; `statuses`: what has become of the subjects of `changes`.
 */
export function compareWithLog(
  known: ReadonlyMap<string, Status>,
  changes: readonly StatusChange[],
  deployments: ReadonlyMap<string, Row>,
  statuses: ReadonlyMap<string, Status>,
): string[] {
  const last = new Map(changes.map(({ subjectId, status }) => [subjectId, status]));
  const unseen = [...deployments.values()].flatMap((row) => {
    const told = known.get(row.id);
    const isWrong = told === undefined ? isNew(row) : told !== row.status;
    return isWrong ? [`${row.id} is ${row.status}, the log knows ${told}`] : [];
  });
  const unlike = [...statuses].flatMap(([id, status]) =>
    last.get(id) === status ? [] : [`${id} is ${status}, the log ends with ${last.get(id)}`],
  );
  return [...unseen, ...unlike];
}
