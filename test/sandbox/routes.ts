import Fastify from 'fastify';
import { createClock } from '../../sandbox/clock.ts';
import { STAND_INS, type StandInName } from '../../sandbox/index.ts';

/** The GET routes that a stand-in registers, with `prefix` taken off and parameters as `{}`. */
export async function standInRoutes(name: StandInName, prefix = ''): Promise<string[]> {
  const app = Fastify();
  const routes = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    if (method === 'GET') routes.add(anonymous(url.slice(prefix.length)));
  });
  STAND_INS[name].create(createClock('frozen')).routes(app);
  await app.ready();
  await app.close();
  return [...routes].sort();
}

/** A route with the names of its parameters left out, whether written `:name` or `{name}`. */
export function anonymous(route: string): string {
  return route.replace(/:\w+|\{\w+\}/g, '{}');
}
