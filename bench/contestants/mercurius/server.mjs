// @ts-check
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { Pool } from 'undici';
import { byDroplet, toDeployment, toRevision, typeDefs } from '../peer/schema.mjs';

/** mercurius with jit, its batched loaders, and undici: the fastest complete Node server known. */
const pool = new Pool(process.env.UPSTREAM ?? '', { connections: 16 });

async function read(path) {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()).resources;
}

const resolvers = {
  Query: {
    deployments: async (_root, { app, first }) =>
      (await read(`/v3/deployments?app_guids=${app}&order_by=-created_at&per_page=${first}`)).map(
        toDeployment,
      ),
    deploymentsByIds: async (_root, { ids }) =>
      (await read(`/v3/deployments?guids=${ids.join(',')}`)).map(toDeployment),
  },
};

const loaders = {
  Deployment: {
    async revision(queries) {
      const guids = queries.map(({ obj }) => obj.revisionGuid).join(',');
      const rows = await read(`/v3/apps/${queries[0].obj.app}/revisions?guids=${guids}`);
      const found = new Map(rows.map((row) => [row.guid, toRevision(row)]));
      return queries.map(({ obj }) => found.get(obj.revisionGuid));
    },
  },
  Version: {
    async latestBuild(queries) {
      const found = byDroplet(await read(`/v3/builds?app_guids=${queries[0].obj.app}`));
      return queries.map(({ obj }) => found.get(obj.droplet));
    },
  },
};

const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers, loaders, jit: 1 });
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
