// @ts-check
import { parseGuid } from '../../upstream/guids.mjs';

const RELATIONS = `nativeId rawStatus strategy createdAt
  version { name latestBuild { nativeId rawStatus } }
  revision { nativeId number description }`;
const FIELDS =
  'nativeId canCancel status rawStatus strategy createdAt updatedAt finishedAt message durationMs';
const LIST = 'deployments(filter: { scopeIds: [$app] }, first: $first)';

const DOCUMENTS = {
  relations: `query Relations($app: ID!, $first: Int!) { ${LIST} { nodes { ${RELATIONS} } failures { code } } }`,
  rows: `query Rows($app: ID!, $first: Int!) { ${LIST} { nodes { ${FIELDS} } failures { code } } }`,
  entities: `query Entities($ids: [ID!]!) { nodes(ids: $ids) { ... on Deployment { ${RELATIONS} } } }`,
};

/** @param {string[]} parts */
const toId = (parts) => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** @param {import('../../lib/operations.mjs').Operation} operation */
export function toBody({ kind, app, first, ids, world }) {
  const provider = world === '52' ? 'slow' : 'cf';
  const query = DOCUMENTS[kind];
  if (kind !== 'entities') {
    return { query, variables: { app: toId([provider, 's', 'app', app]), first } };
  }
  const keysOf = (guid) => [
    guid.replace(`-0d${parseGuid(guid).world}-`, `-0a${world}-`).replace(/\d{12}$/, '000000000000'),
    guid,
  ];
  return { query, variables: { ids: ids.map((guid) => toId([provider, 'd', ...keysOf(guid)])) } };
}

/** The N+1 case over UbiOps: 100 services of one project. */
export const ubiopsBody = {
  query: `query Ubi { ${LIST.replace('$app', `"${toId(['ubi', 's', 'bench'])}"`).replace('$first', '100')} {
    nodes { nativeId name status version { name latestBuild { nativeId status } } revision { nativeId createdAt } } failures { code } } }`,
};

export function toRows(data) {
  if (data.nodes) return data.nodes;
  const { nodes, failures } = data.deployments;
  if (failures.length > 0) throw new Error(`failures: ${JSON.stringify(failures[0])}`);
  return nodes;
}
