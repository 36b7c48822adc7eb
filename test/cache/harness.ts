import { createCall } from '../../src/datasources/http/call.ts';
import type { HttpClient } from '../../src/datasources/http/client.ts';
import type { Call } from '../../src/datasources/provider.ts';
import { GatewayError, toGatewayError } from '../../src/errors.ts';
import type { Cache } from '../../src/cache/cache.ts';
import type { Read } from '../../src/cache/read.ts';
import { providerTag, tagOf } from '../../src/cache/tags.ts';
import { toId } from '../../src/ids.ts';
import { z } from 'zod';

export const LIFETIME = { softMs: 1_000, hardMs: 10_000 };

export interface Thing {
  turn: number;
  at: Date;
}

const THING = z.object({ turn: z.number() });

/** The tag of a thing by the name it has here. */
export const tag = (id: string) => tagOf(toId('under-test', 'Deployment', [id]));

/** A kind of things that are read over HTTP, one request for each. */
export function things(http: HttpClient, { scope = 'mine', isPrivate = false } = {}) {
  const read = (ids: readonly string[]): Read<Thing> => ({
    room: { provider: 'under-test', name: `${scope}:thing`, word: 'thing', isPrivate },
    ids,
    describe: (id, value) => ({
      lifetime: value ? LIFETIME : { softMs: 500, hardMs: 500 },
      tags: [tag(id), providerTag('under-test')],
    }),
    load: async (some, call) => {
      const batch = new Map<string, Thing | GatewayError>();
      await Promise.all(
        some.map(async (id) => {
          try {
            const found = await http.find(`/${id}`, THING, call);
            if (found) batch.set(id, { turn: found.turn, at: new Date(found.turn) });
          } catch (error) {
            batch.set(id, toGatewayError(error, 'under-test'));
          }
        }),
      );
      return batch;
    },
  });
  return {
    read,
    /** Reads one; its turn, the code of its error, or `undefined` for absence. */
    one: async (cache: Cache, id: string, call: Call = newCall()) => {
      const { values, stale } = await cache.read(read([id]), call);
      const value = values.get(id);
      const turn = value instanceof GatewayError ? value.code : value?.turn;
      return stale.has(id) ? `stale ${turn}` : turn;
    },
  };
}

export function newCall(controller = new AbortController()): Call {
  return createCall(controller.signal);
}
