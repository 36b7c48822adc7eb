// @ts-check
import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { byDroplet, toDeployment, toRevision, typeDefs } from '../peer/schema.mjs';

/** graphql-yoga as its documentation has it, with batched loaders and the platform's fetch. */
const read = async (path) => (await (await fetch(process.env.UPSTREAM + path)).json()).resources;

const resolvers = {
  Query: {
    deployments: async (_root, { app, first }) =>
      (await read(`/v3/deployments?app_guids=${app}&order_by=-created_at&per_page=${first}`)).map(
        toDeployment,
      ),
    deploymentsByIds: async (_root, { ids }) =>
      (await read(`/v3/deployments?guids=${ids.join(',')}`)).map(toDeployment),
  },
  Deployment: {
    revision: ({ app, revisionGuid }, _arguments, { revisions }) =>
      revisions.load({ app, guid: revisionGuid }),
  },
  Version: {
    latestBuild: async ({ app, droplet }, _arguments, { builds }) =>
      (await builds.load(app)).get(droplet),
  },
};

/** One list for the revisions of an app: the keys of a batch are of one app in all cases. */
async function loadRevisions(keys) {
  const guids = keys.map(({ guid }) => guid).join(',');
  const rows = await read(`/v3/apps/${keys[0].app}/revisions?guids=${guids}`);
  const found = new Map(rows.map((row) => [row.guid, toRevision(row)]));
  return keys.map(({ guid }) => found.get(guid));
}

async function loadBuilds(apps) {
  const found = byDroplet(await read(`/v3/builds?app_guids=${apps.join(',')}`));
  return apps.map(() => found);
}

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: () => ({
    revisions: new DataLoader(loadRevisions, { cacheKeyFn: ({ guid }) => guid }),
    builds: new DataLoader(loadBuilds),
  }),
});
createServer(yoga).listen(Number(process.env.PORT), '127.0.0.1');
