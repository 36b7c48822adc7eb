// @ts-check
import { createRawClient } from '../raw/client.mjs';

export const { toBody, toRows } = createRawClient(
  ({ kind, app, ids }) => (kind === 'entities' ? { ids } : { app }),
  {
    list: '($app: String) { deployments(app_guids: $app)',
    byIds: '($ids: [String]) { deployments: deploymentsByIds(guids: $ids)',
    revision: 'guid version description',
    build: 'guid state',
  },
);
