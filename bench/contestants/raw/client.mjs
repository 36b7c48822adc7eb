// @ts-check
import { toTenFields } from '../../lib/operations.mjs';

/** How contestants are asked that show the REST API's own rows, and the answers in common form. */

const STATUS = 'status { value reason details { last_status_change error } }';
const FIELDS = `resources { guid strategy created_at updated_at ${STATUS} }`;

/**
 * @param {(operation: import('../../lib/operations.mjs').Operation) => object} variablesOf
 * @param {{ list: string, byIds: string, revision: string, build: string }} words
 */
export function createRawClient(variablesOf, { list, byIds, revision, build }) {
  const relations = `resources { guid strategy created_at status { value reason }
    revision { version } fullRevision { ${revision} } build { ${build} } }`;
  const documents = {
    relations: `query Relations${list} { ${relations} } }`,
    rows: `query Rows${list} { ${FIELDS} } }`,
    entities: `query Entities${byIds} { ${relations} } }`,
  };
  return {
    /** @param {import('../../lib/operations.mjs').Operation} operation */
    toBody: (operation) => ({
      query: documents[operation.kind],
      variables: variablesOf(operation),
    }),
    toRows: (data) => data.deployments.resources.map(toRow),
  };
}

function toRow(row) {
  if (!row.fullRevision) return toTenFields(row);
  const { fullRevision, build } = row;
  const batchedBuild = Array.isArray(build.resources) ? build.resources[0] : build;
  return {
    nativeId: row.guid,
    rawStatus: `${row.status.value}/${row.status.reason}`,
    strategy: row.strategy,
    createdAt: row.created_at,
    version: {
      name: String(row.revision.version),
      latestBuild: { nativeId: batchedBuild.guid, rawStatus: batchedBuild.state },
    },
    revision: {
      nativeId: fullRevision.guid,
      number: fullRevision.version,
      description: fullRevision.description,
    },
  };
}
