import { createAgenda, type Agenda } from './agenda.ts';
import type {
  App,
  AuditEvent,
  Build,
  Deployment,
  Droplet,
  Entity,
  Job,
  Organization,
  Process,
  Revision,
  Space,
  VariableGroup,
} from './model.ts';

/** The records of one kind, in the order of their internal ids: the order in which they came. */
export interface Table<Row extends Entity> {
  rows: Row[];
  get(guid: string): Row | undefined;
  add(row: Row): Row;
  remove(row: Row): void;
}

/** Everything the platform knows, and what is going to happen to it. */
export interface World {
  agenda: Agenda;
  organizations: Table<Organization>;
  spaces: Table<Space>;
  apps: Table<App>;
  processes: Table<Process>;
  droplets: Table<Droplet>;
  builds: Table<Build>;
  revisions: Table<Revision>;
  deployments: Table<Deployment>;
  events: Table<AuditEvent>;
  jobs: Table<Job>;
  groups: Record<'running' | 'staging', VariableGroup>;
}

export function createWorld(): World {
  return {
    agenda: createAgenda(),
    organizations: createTable<Organization>(),
    spaces: createTable<Space>(),
    apps: createTable<App>(),
    processes: createTable<Process>(),
    droplets: createTable<Droplet>(),
    builds: createTable<Build>(),
    revisions: createTable<Revision>(),
    deployments: createTable<Deployment>(),
    events: createTable<AuditEvent>(),
    jobs: createTable<Job>(),
    groups: {
      running: { name: 'running', updatedAt: null, variables: {} },
      staging: { name: 'staging', updatedAt: null, variables: {} },
    },
  };
}

/** The fields every record starts with. */
export function newEntity(guid: string, at: number, metadata?: Entity['metadata']): Entity {
  return {
    guid,
    createdAt: at,
    updatedAt: at,
    metadata: metadata ?? { labels: {}, annotations: {} },
  };
}

function createTable<Row extends Entity>(): Table<Row> {
  const rows: Row[] = [];
  const byGuid = new Map<string, Row>();
  return {
    rows,
    get: (guid) => byGuid.get(guid),
    add: (row) => {
      rows.push(row);
      byGuid.set(row.guid, row);
      return row;
    },
    remove: (row) => {
      byGuid.delete(row.guid);
      const index = rows.indexOf(row);
      if (index >= 0) rows.splice(index, 1);
    },
  };
}
