import { toSet } from './sets.ts';

/** The set of the spec's example; its second module has neither `spec` nor `externals`. */
export const EXAMPLE_SET = toSet({
  'module-one': {
    externals: { 'db-one': { params: { extensions: { 'uuid-ossp': {} } }, type: 'postgres' } },
    profile: 'humanitec/default-module',
    spec: {
      containers: {
        'core-service': {
          id: 'core-service',
          image: 'registry.humanitec.io/my-org/core-service:VERSION_ONE',
          readiness_probe: { path: '/healtz', port: 8080, type: 'http' },
          variables: {
            DBHOST: '${externals.db-one.name}',
            DBNAME: '${externals.db-one.name}',
            DBPASSWORD: '${externals.db-one.password}',
            DBUSERNAME: '${externals.db-one.username}',
            REDIS_URL: 'redis://${modules.redis-cache.service.name}',
          },
        },
      },
    },
  },
  'redis-cache': { profile: 'humanitec/redis' },
});

/** The same application a release later. */
export const SECOND_SET = toSet({
  'module-one': {
    profile: 'humanitec/default-module',
    spec: { containers: { 'core-service': { id: 'core-service', image: 'core-service:v0.3.1' } } },
    externals: {},
  },
});
