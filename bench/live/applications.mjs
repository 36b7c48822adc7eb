// @ts-check
import { createServer } from 'node:http';

/**
 * So many applications of Humanitec's shape with an environment each, in which nothing happens. Tells
 * its port, and whoever asks how many requests there were so far.
 */
const count = Number(process.argv[2] ?? 1);
const MADE = '2026-01-01T00:00:00Z';
let requests = 0;

/** @param {string} application */
const environment = (application) => ({
  id: 'production',
  name: 'Production',
  last_deploy: {
    ...{ id: `${application}-deploy`, env_id: 'production', status: 'succeeded' },
    ...{ created_at: MADE, status_changed_at: MADE, created_by: 'somebody', comment: '' },
    ...{ from_id: '', set_id: 'a-set', export_status: '', export_file: '' },
  },
});
const applications = Array.from({ length: count }, (_, index) => `app-${index}`);

const server = createServer((request, response) => {
  requests += 1;
  const [, , , , application] = (request.url ?? '').split('?')[0].split('/');
  const body = application
    ? [environment(application)]
    : applications.map((id) => ({ id, name: id, envs: [environment(id)] }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', () => process.send?.({ requests }));
process.once('disconnect', () => process.exit(0));
