// @ts-check
import { createRawClient } from '../raw/client.mjs';

const variables = ({ kind, app, first, ids }) =>
  kind === 'entities' ? { ids: ids.join(',') } : { app, first };
const words = {
  list: '($app: ID!, $first: Int!) { deployments(app: $app, first: $first)',
  byIds: '($ids: String!) { deployments: deploymentsByIds(ids: $ids)',
  revision: 'guid version description',
};

export const batched = createRawClient(variables, { ...words, build: 'guid state' });
export const single = createRawClient(variables, {
  ...words,
  build: 'resources { guid state }',
});
