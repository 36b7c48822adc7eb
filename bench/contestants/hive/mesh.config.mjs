// @ts-check
import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadJSONSchemaSubgraph } from '@omnigraph/json-schema';

/** Cloud Foundry's lists, described by JSON schemas, and the relations joined in batches. */
const text = { type: 'string' };
const object = (title, properties) => ({ type: 'object', title, properties });
const listOf = (title, items) => object(title, { resources: { type: 'array', items } });
const reference = (title) => object(title, { guid: text });

const deployments = listOf(
  'DeploymentList',
  object('Deployment', {
    guid: text,
    created_at: text,
    updated_at: text,
    strategy: text,
    status: object('DeploymentStatus', {
      value: text,
      reason: text,
      details: object('StatusDetails', { last_status_change: text, error: text }),
    }),
    droplet: reference('DropletReference'),
    revision: object('RevisionReference', { guid: text, version: { type: 'integer' } }),
  }),
);
const revisions = listOf(
  'RevisionList',
  object('Revision', { guid: text, version: { type: 'integer' }, description: text }),
);
const builds = listOf('BuildList', object('Build', { guid: text, state: text }));

/** `a,b,c`, which is how Cloud Foundry takes lists; qs would write `guids[0]=a`. */
const commas = { arrayFormat: /** @type {const} */ ('comma') };

const list = (field, path, parameter, responseSchema, type = '[String!]') => ({
  type: /** @type {const} */ ('Query'),
  method: /** @type {const} */ ('GET'),
  field,
  path,
  queryParamArgMap: { [parameter]: parameter },
  queryStringOptionsByParam: { [parameter]: commas },
  argTypeMap: { [parameter]: type.includes('[') ? { type: 'array', items: text } : text },
  responseSchema,
});

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadJSONSchemaSubgraph('cf', {
        endpoint: process.env.UPSTREAM,
        operations: [
          list('deployments', '/v3/deployments', 'app_guids', deployments, 'String'),
          list('deploymentsByIds', '/v3/deployments', 'guids', deployments),
          list('revisions', '/v3/revisions', 'guids', revisions),
          list('builds', '/v3/builds', 'droplet_guids', builds),
        ],
      }),
    },
  ],
  additionalTypeDefs: /* GraphQL */ `
    extend type Deployment {
      fullRevision: Revision
        @resolveTo(
          sourceName: "cf"
          sourceTypeName: "Query"
          sourceFieldName: "revisions"
          requiredSelectionSet: "{ revision { guid } }"
          keyField: "revision.guid"
          keysArg: "guids"
          result: "resources"
          resultType: "Revision"
        )
      build: Build
        @resolveTo(
          sourceName: "cf"
          sourceTypeName: "Query"
          sourceFieldName: "builds"
          requiredSelectionSet: "{ droplet { guid } }"
          keyField: "droplet.guid"
          keysArg: "droplet_guids"
          result: "resources"
          resultType: "Build"
        )
    }
  `,
});
