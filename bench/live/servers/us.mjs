// @ts-check
import 'reflect-metadata';
import { parseConfig } from '../../../dist/src/config.js';
import { createGateway } from '../../../dist/src/gateway.js';
import { obey, RAW_STATUS, SCOPE_ID, SUBJECT_ID } from '../event.mjs';

/** The gateway as it is, with its log in memory, and limits for one viewer with all connections. */
const config = {
  logLevel: 'error',
  server: { port: 0, explorer: false },
  live: { connectionsPerViewer: 100_000 },
  providers: [
    {
      name: 'cf',
      kind: 'cloudfoundry',
      baseUrl: 'http://127.0.0.1:9',
      credentials: { token: 't' },
    },
  ],
};
const gateway = await createGateway(parseConfig(JSON.stringify(config), 'bench', {}));
let turn = 0;
const publish = () => {
  turn += 1;
  const status = turn % 2 ? 'IN_PROGRESS' : 'QUEUED';
  const seen = { type: 'Deployment', subjectId: SUBJECT_ID, scopeId: SCOPE_ID, status };
  return gateway.events.record(SCOPE_ID, [{ ...seen, rawStatus: RAW_STATUS, occurredAt: null }], 1);
};
await publish();
obey(publish);
process.send?.({ port: Number(new URL(gateway.url).port) });
