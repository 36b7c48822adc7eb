import type { Fault } from '../../sandbox/index.ts';
import type { Deviation } from './deviation.ts';
import { at, type Reply } from './http.ts';
import { responseOf, type OpenApiDocument } from './openapi.ts';
import { anonymous } from './routes.ts';
import { createCheck, type Check } from './schema-check.ts';
import type { Terrain, Walk } from './walk.ts';

/** One request, and the route whose description its answer is held to. */
export interface Visit {
  route: string;
  path: string;
  headers?: Record<string, string>;
  /** Of the answer, where the route describes several. */
  mediaType?: string;
}

/** A stand-in with its description. */
export interface Target {
  document: OpenApiDocument;
  /** The routes of the stand-in, with parameters as `{}`. */
  routes: readonly string[];
  walk: Walk;
  terrain: Terrain;
  /** Whether a resource has to have all the fields of its schema. */
  complete: boolean;
  /** Asks without caching; `headers` replace those of `walk.read`. */
  ask(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** Makes the next answer go wrong. */
  faultNext(fault: Fault): void;
  /** Requests beside those that the lists lead to. */
  visits: readonly Visit[];
}

/** What was found, and which statuses each route has answered. */
export interface Findings {
  deviations: Deviation[];
  answered: Map<string, Set<number>>;
}

/**
 * Requests every route that stand-in and description share, and provokes the errors that the
 * description knows: no token, an unknown name at each place of the path, a spent budget.
 */
export async function inspect(target: Target): Promise<Findings> {
  const findings: Findings = { deviations: [], answered: new Map() };
  const check = createCheck(target.document, target);
  const note = (visit: Visit, reply: Reply) => judge(target, check, findings, visit, reply);
  for (const route of sharedRoutes(target)) {
    for (const path of await target.walk.pathsOf(route)) {
      const reply = await target.walk.read(path);
      note({ route, path }, reply);
      const hasMore = at(reply.body, '/pagination/next/href') !== undefined;
      if (hasMore) note({ route, path }, await target.walk.read(path + target.terrain.query));
    }
    await provoke(target, route, note);
  }
  for (const visit of target.visits) note(visit, await target.ask(visit.path, visit.headers));
  return findings;
}

/** The described GET routes that the stand-in has. */
export function sharedRoutes({ document, routes }: Pick<Target, 'document' | 'routes'>): string[] {
  return Object.keys(document.paths).filter(
    (route) => document.paths[route]?.get && routes.includes(anonymous(route)),
  );
}

/** The errors that the stand-in can be made to give on a route that documents them. */
export function provocable({ document }: Target, route: string): number[] {
  const statuses = route.includes('{') ? [401, 404, 429] : [401, 429];
  return statuses.filter((status) => responseOf(document, route, status));
}

async function provoke(
  target: Target,
  route: string,
  note: (visit: Visit, reply: Reply) => void,
): Promise<void> {
  const statuses = provocable(target, route);
  const [path] = await target.walk.pathsOf(route);
  if (path === undefined) return;
  if (statuses.includes(401)) note({ route, path }, await target.ask(path, {}));
  if (statuses.includes(404)) {
    for (const unknown of withUnknowns(route, path)) {
      note({ route, path: unknown }, await target.walk.read(unknown));
    }
  }
  if (!statuses.includes(429)) return;
  target.faultNext({ throttle: true });
  note({ route, path }, await target.ask(path));
}

/** The path with each of its parameters in turn replaced by a name that nothing has. */
export function withUnknowns(route: string, path: string): string[] {
  const parts = path.split('/');
  return route
    .split('/')
    .flatMap((part, index) =>
      part.startsWith('{') ? [parts.with(index, 'nothing-has-this-name').join('/')] : [],
    );
}

function judge(
  { document }: Target,
  check: Check,
  { deviations, answered }: Findings,
  { route, path, mediaType }: Visit,
  reply: Reply,
): void {
  answered.set(route, (answered.get(route) ?? new Set()).add(reply.status));
  const response = responseOf(document, route, reply.status, mediaType);
  const where = `GET ${path} (${reply.status})`;
  if (!response) {
    const rule = { schema: `GET ${route}`, path: '', rule: 'status' } as const;
    deviations.push({ ...rule, detail: where });
  } else if (response.pointer !== undefined) {
    deviations.push(...check(response.pointer, reply.body, where));
  }
}
