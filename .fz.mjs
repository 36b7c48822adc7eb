import 'reflect-metadata';
import { startSandbox } from '/work/wt/fuzz/dist/sandbox/index.js';
import { parseConfig } from '/work/wt/fuzz/dist/src/config.js';
import { createGateway } from '/work/wt/fuzz/dist/src/gateway.js';
export const sandbox = await startSandbox();
export const gateway = await createGateway(parseConfig(JSON.stringify({ logLevel: 'error', auth: { readVariables: true }, server: { port: 0 }, events: {watch:false}, providers: [
 { name: 'ubiops', kind: 'ubiops', baseUrl: sandbox.ubiops.url + '/v2.1', credentials: { token: 'sandbox' } },
 { name: 'cloud66', kind: 'cloud66', baseUrl: sandbox.cloud66.url + '/api/3', credentials: { token: 'sandbox' } },
 { name: 'cloudfoundry', kind: 'cloudfoundry', baseUrl: sandbox.cloudfoundry.url, credentials: { token: 'sandbox' } },
] }), 'x', {}));
