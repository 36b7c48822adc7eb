// @ts-check
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import DataLoader from 'dataloader';
import express from 'express';
import { got } from 'got';
import { byDroplet, toDeployment, toRevision, typeDefs } from '../peer/schema.mjs';

/** As a team would first write it: Apollo's defaults on Express, DataLoader, got, a call per key. */
const api = got.extend({ prefixUrl: process.env.UPSTREAM });

const resolvers = {
  Query: {
    async deployments(_root, { app, first }) {
      const searchParams = { app_guids: app, order_by: '-created_at', per_page: first };
      const { resources } = await api('v3/deployments', { searchParams }).json();
      return resources.map(toDeployment);
    },
    async deploymentsByIds(_root, { ids }) {
      const searchParams = { guids: ids.join(',') };
      const { resources } = await api('v3/deployments', { searchParams }).json();
      return resources.map(toDeployment);
    },
  },
  Deployment: {
    revision: ({ revisionGuid }, _arguments, { revisions }) => revisions.load(revisionGuid),
  },
  Version: {
    latestBuild: async ({ app, droplet }, _arguments, { builds }) =>
      (await builds.load(app)).get(droplet),
  },
};

const createContext = async () => ({
  revisions: new DataLoader((guids) =>
    Promise.all(guids.map(async (guid) => toRevision(await api(`v3/revisions/${guid}`).json()))),
  ),
  builds: new DataLoader((apps) =>
    Promise.all(
      apps.map(async (app) => {
        const searchParams = { app_guids: app };
        return byDroplet((await api('v3/builds', { searchParams }).json()).resources);
      }),
    ),
  ),
});

const server = new ApolloServer({ typeDefs, resolvers });
await server.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(server, { context: createContext }));
app.listen(Number(process.env.PORT), '127.0.0.1');
