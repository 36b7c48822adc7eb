// @ts-check
/**
 * Tailcall's configuration over the upstream. With `batchKey` relations are joined in one request
 * a list, without it each row asks for its own; `dedupe` shares identical requests in flight.
 * @param {{ port: number, upstream: string, dedupe: boolean, batchKey: boolean }} options
 */
export function tailcallConfig({ port, upstream, dedupe, batchKey }) {
  const flag = dedupe ? ', dedupe: true' : '';
  const http = (path, query, extra = '') => {
    const pairs = query.map(([key, value]) => `{ key: "${key}", value: "${value}" }`).join(', ');
    const parameters = query.length > 0 ? `, query: [${pairs}]` : '';
    return `@http(url: "${upstream}${path}"${parameters}${extra}${flag})`;
  };
  const key = (name) => (batchKey ? `, batchKey: ["resources", "${name}"]` : '');
  const revision = batchKey
    ? http('/v3/revisions', [['guids', '{{.value.revision.guid}}']], key('guid'))
    : http('/v3/revisions/{{.value.revision.guid}}', []);
  const build = http(
    '/v3/builds',
    [['droplet_guids', '{{.value.droplet.guid}}']],
    key('droplet_guid'),
  );
  const list = [
    ['app_guids', '{{.args.app}}'],
    ['per_page', '{{.args.first}}'],
  ];
  return `schema
  @server(port: ${port}, hostname: "127.0.0.1", enableJIT: true)
  @upstream(${batchKey ? 'batch: { delay: 1, maxSize: 100, headers: [] }, ' : ''}keepAliveTimeout: 60) {
  query: Query
}
type Query {
  deployments(app: ID!, first: Int!): DeploymentList ${http('/v3/deployments', list)}
  deploymentsByIds(ids: String!): DeploymentList ${http('/v3/deployments', [['guids', '{{.args.ids}}']])}
}
type DeploymentList { resources: [Deployment!] }
type Deployment {
  guid: ID!
  created_at: String
  updated_at: String
  strategy: String
  status: DeploymentStatus
  droplet: Reference!
  revision: RevisionReference!
  fullRevision: Revision ${revision}
  build: ${batchKey ? 'Build' : 'BuildList'} ${build}
}
type DeploymentStatus { value: String reason: String details: StatusDetails }
type StatusDetails { last_status_change: String error: String }
type Reference { guid: ID! }
type RevisionReference { guid: ID! version: Int }
type Revision { guid: ID version: Int description: String }
type BuildList { resources: [Build!] }
type Build { guid: ID state: String }
`;
}
