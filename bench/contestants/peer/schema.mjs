// @ts-check
/** The schema of the contestants that are written by hand: the fields that the cases ask for. */
export const typeDefs = /* GraphQL */ `
  type Query {
    deployments(app: ID!, first: Int!): [Deployment!]!
    deploymentsByIds(ids: [ID!]!): [Deployment!]!
  }
  type Deployment {
    nativeId: ID!
    canCancel: Boolean!
    status: String!
    rawStatus: String!
    strategy: String
    createdAt: String
    updatedAt: String
    finishedAt: String
    message: String
    durationMs: Float
    version: Version
    revision: Revision
  }
  type Version {
    name: String!
    latestBuild: Build
  }
  type Revision {
    nativeId: ID!
    number: Int
    description: String
  }
  type Build {
    nativeId: ID!
    rawStatus: String!
  }
`;

const STATUSES = new Map([
  ['ACTIVE/DEPLOYING', 'IN_PROGRESS'],
  ['FINALIZED/DEPLOYED', 'SUCCEEDED'],
  ['FINALIZED/CANCELED', 'CANCELLED'],
  ['FINALIZED/SUPERSEDED', 'SUPERSEDED'],
]);

/** A row of the REST API as the schema has it, with what its relations need. */
export function toDeployment(row) {
  const { value, reason, details } = row.status;
  const rawStatus = `${value}/${reason}`;
  const finishedAt = value === 'FINALIZED' ? details.last_status_change : null;
  return {
    nativeId: row.guid,
    canCancel: value === 'ACTIVE',
    status: STATUSES.get(rawStatus) ?? 'UNKNOWN',
    rawStatus,
    strategy: row.strategy,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt,
    message: details.error,
    durationMs: finishedAt ? Date.parse(finishedAt) - Date.parse(row.created_at) : null,
    app: row.relationships.app.data.guid,
    revisionGuid: row.revision.guid,
    version: {
      name: String(row.revision.version),
      app: row.relationships.app.data.guid,
      droplet: row.droplet.guid,
    },
  };
}

export const toRevision = (row) => ({
  nativeId: row.guid,
  number: row.version,
  description: row.description,
});

export const toBuild = (row) => ({ nativeId: row.guid, rawStatus: row.state });

/** The builds of an app by the droplet that each made. */
export const byDroplet = (rows) => new Map(rows.map((row) => [row.droplet.guid, toBuild(row)]));
