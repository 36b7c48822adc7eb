import type { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Call } from '../http/call.ts';
import type { HttpClient, Query } from '../http/client.ts';
import { parseRows } from '../http/parse.ts';
import type { Listing } from '../provider.ts';
import { areKeys, projectOf } from './keys.ts';
import type { Generation, VersionRow } from './version-payloads.ts';

/** What is known about how a project answers, from the versions it has sent so far. */
export interface Dialogue {
  generation: Generation;
  /** Whether its versions say which of them is the default. */
  tellsDefault: boolean;
}

/** What the reads of one configured UbiOps account share. */
export interface Context {
  readonly provider: string;
  readonly http: HttpClient;
  /** Whether the keys can exist and the configuration lets their project in. */
  readonly allows: (ref: Ref) => boolean;
  readonly dialogue: (ref: Ref) => Dialogue | undefined;
  /** Remembers what a version shows about its project. */
  readonly learn: (ref: Ref, row: VersionRow) => void;
}

export function createContext(
  provider: string,
  http: HttpClient,
  projects: readonly string[] | undefined,
): Context {
  const dialogues = new Map<string, Dialogue>();
  const shown = projects && new Set(projects);
  return {
    provider,
    http,
    allows: (ref) => areKeys(ref) && (!shown || shown.has(projectOf(ref))),
    dialogue: (ref) => dialogues.get(projectOf(ref)),
    learn: (ref, { generation, tellsDefault }) => {
      if (generation) dialogues.set(projectOf(ref), { generation, tellsDefault });
    },
  };
}

/**
 * Reads a list and parses it row by row.
 * @throws GatewayError NOT_FOUND where its owner does not exist.
 */
export async function readRows<T>(
  { http }: Context,
  path: string,
  row: z.ZodType<T>,
  call: Call,
  query?: Query,
): Promise<Listing<T>> {
  const { body, origin } = await http.read(path, call, query);
  return parseRows(body, row, origin);
}

/** `undefined` where the provider answers that there is no such thing. */
export async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GatewayError && error.code === ErrorCode.NOT_FOUND) return undefined;
    throw error;
  }
}
