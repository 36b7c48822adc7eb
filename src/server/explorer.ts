import fastifyStatic from '@fastify/static';
import { getDistDirectory, renderAltair } from 'altair-static';
import type { FastifyInstance } from 'fastify';
import { GRAPHQL_PATH } from './graphql.ts';

const ASSETS = '/explorer/';

const FIRST_QUERY = `# Deployments of every configured provider in one list, newest first.
# Ctrl+Enter runs it; the documentation is behind the "Docs" button.
query Deployments {
  deployments(first: 20) {
    nodes {
      name
      status
      rawStatus
      createdAt
      provider { name kind }
      scope { name environment }
      version { name }
    }
    pageInfo { hasNextPage endCursor }
    failures { provider { name } code message }
  }
}
`;

/** Serves the API explorer at `/`, from files that are installed with the gateway. */
export async function serveExplorer(app: FastifyInstance): Promise<void> {
  const page = renderAltair({
    baseURL: ASSETS,
    endpointURL: GRAPHQL_PATH,
    initialName: 'Deploygraph',
    initialQuery: FIRST_QUERY,
    initialSettings: { 'banners.disable': true, 'alert.disableUpdateNotification': true },
  });
  await app.register(fastifyStatic, { root: getDistDirectory(), prefix: ASSETS });
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
}
