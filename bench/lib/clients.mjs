// @ts-check
import * as hive from '../contestants/hive/client.mjs';
import * as peer from '../contestants/peer/client.mjs';
import * as tailcall from '../contestants/tailcall/client.mjs';
import * as us from '../contestants/us/client.mjs';

/** How each contestant is asked; the load generator, another process, looks them up by name. */
export const CLIENTS = {
  us,
  'us-redis': us,
  'first-written': peer,
  yoga: peer,
  mercurius: peer,
  hive,
  'tailcall-dedupe': tailcall.single,
  'tailcall-batch': tailcall.batched,
  'tailcall-both': tailcall.batched,
};

/** What every request carries; the key is for the gateway, peers have no authentication. */
export const HEADERS = { 'content-type': 'application/json', 'x-api-key': 'bench' };
