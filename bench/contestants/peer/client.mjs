// @ts-check
/** How the hand-written contestants are asked, and their answers in the common form. */

const RELATIONS = `nativeId rawStatus strategy createdAt
  version { name latestBuild { nativeId rawStatus } }
  revision { nativeId number description }`;
const FIELDS =
  'nativeId canCancel status rawStatus strategy createdAt updatedAt finishedAt message durationMs';

const DOCUMENTS = {
  relations: `query Relations($app: ID!, $first: Int!) { deployments(app: $app, first: $first) { ${RELATIONS} } }`,
  rows: `query Rows($app: ID!, $first: Int!) { deployments(app: $app, first: $first) { ${FIELDS} } }`,
  entities: `query Entities($ids: [ID!]!) { deploymentsByIds(ids: $ids) { ${RELATIONS} } }`,
};

/** @param {import('../../lib/operations.mjs').Operation} operation */
export const toBody = ({ kind, app, first, ids }) => ({
  query: DOCUMENTS[kind],
  variables: kind === 'entities' ? { ids } : { app, first },
});

export const toRows = (data) => data.deployments ?? data.deploymentsByIds;
