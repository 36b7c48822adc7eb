import { EPOCH } from '../../../sandbox/clock.ts';
import type { StatusChange } from '../../../src/subscriptions/events.ts';
import type { Status } from '../../../src/schema/enums.ts';
import type { TestGateway } from '../../helpers/gateway.ts';

interface Row {
  id: string;
  status: Status;
  createdAt: string | null;
  provider: { name: string };
  scope: { id: string };
}

/** What the stand-ins say of their deployments, read without cache and without watching. */
export interface Truth {
  read(): Promise<ReadonlyMap<string, Row>>;
  /** What the log does not have as it is, in words. */
  compare(
    before: ReadonlyMap<string, Row>,
    after: ReadonlyMap<string, Row>,
    changes: readonly StatusChange[],
  ): string[];
}

const QUERY = `query ($after: String) {
  deployments(first: 100, after: $after) {
    nodes { id status createdAt provider { name } scope { id } }
    failures { message }
    pageInfo { hasNextPage endCursor }
  }
}`;
/** The newest ones: what changes while a test runs is among them. */
const PAGES = 6;

export function createTruth(gateway: TestGateway): Truth {
  const readPage = async (after: string | null) => {
    const { data, errors } = await gateway.query<{
      deployments: {
        nodes: Row[];
        failures: { message: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    }>(QUERY, { after });
    const [problem] = [...errors, ...data.deployments.failures];
    if (problem) throw new Error(problem.message);
    return data.deployments;
  };
  const read = async () => {
    const rows: Row[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES; page += 1) {
      const { nodes, pageInfo } = await readPage(after);
      rows.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    return new Map(rows.map((row) => [row.id, row]));
  };

  return {
    read,
    compare(before, after, changes) {
      const last = new Map(changes.map(({ subjectId, status }) => [subjectId, status]));
      return [...after.values()].flatMap(({ id, status, createdAt }) => {
        const old = before.get(id);
        const isNew = !old && createdAt !== null && Date.parse(createdAt) > EPOCH;
        const told = last.get(id) ?? (isNew ? undefined : (old?.status ?? status));
        return told === status ? [] : [`${id} is ${status}, the log has ${told}`];
      });
    },
  };
}
