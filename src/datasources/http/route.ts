/** In place of what differs from request to request: ids, names, pages. */
const OPEN = '{}';

/**
 * A request without what it is about, for traces: "GET /projects/{}/deployments". Only the provider's
 * fixed `words` stay, so that no name and no id gets through whatever the path looks like.
 */
export function routeOf(what: string, words: ReadonlySet<string>): string {
  const [method = '', path = ''] = what.split(' ');
  const segments = path.split('/').map((segment) => {
    const [word = '', ...endings] = segment.split('.');
    if (segment === '' || words.has(segment)) return segment;
    const isFile = endings.length === 1 && endings[0] === 'json';
    return `${words.has(word) ? word : OPEN}${isFile ? '.json' : ''}`;
  });
  return `${method} ${segments.join('/')}`;
}
