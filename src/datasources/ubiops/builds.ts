import { type Ref, refOf, toId } from '../../ids.ts';
import type { Build } from '../../schema/build.ts';
import { byNewest } from '../batch.ts';
import type { Call, Listing, ProviderSource } from '../provider.ts';
import { oncePer, oneOrAll, readInTurn } from './batches.ts';
import { type Context, readRows, unlessMissing } from './context.ts';
import { one } from './fields.ts';
import { partPathOf, pathOf, uuidOf, versionOf } from './keys.ts';
import { buildRow, revisionBuildRow } from './payloads.ts';
import { findVersion } from './siblings.ts';
import type { Generation, VersionRow } from './version-payloads.ts';

type Builds = Required<Pick<ProviderSource, 'listBuilds' | 'getBuilds'>>;

/** Builds: up to API 3.14 of their own, from 3.15 on the revisions seen as builds. */
export function createBuilds(context: Context): Builds {
  const readsOf = (call: Call) => ({
    one: (ref: Ref) => findBuild(context, ref, call),
    listOf: (ref: Ref) => versionOf(ref).id,
    all: oncePer(versionIdOf, (ref) => readBuilds(context, versionOf(ref), call)),
    idOf: ({ id }: Build) => id,
  });

  return {
    getBuilds(refs, call) {
      const shown = refs.filter(context.allows);
      return readInTurn(context, shown, oneOrAll(shown, readsOf(call)));
    },
    listBuilds(owners, call) {
      const shown = owners.filter(context.allows);
      const reads = readsOf(call);
      const asBuilds = shown.filter(({ type }) => type === 'Revision').map(toBuildRef);
      const readBuild = oneOrAll(asBuilds, reads);
      return readInTurn(context, shown, async (owner) => {
        if (owner.type === 'Version') return reads.all(owner);
        const generation = await generationOf(context, versionOf(owner), call);
        if (generation !== 'revisions') return ofRevision(await reads.all(owner), owner);
        const build = await readBuild(toBuildRef(owner));
        return build && { items: [build], faults: [] };
      });
    },
  };
}

/** The newest build of a version, by the id that the version names; `undefined`: it has none. */
export async function readNewest(
  { http }: Context,
  { version, generation, newest }: VersionRow,
  call: Call,
): Promise<Build | undefined> {
  if (!newest || !generation) return undefined;
  const ref = refOf(version.id);
  return http.find(partPathOf(ref, generation, newest), one(rowOf(ref, generation)), call);
}

async function findBuild(context: Context, ref: Ref, call: Call): Promise<Build | undefined> {
  const version = versionOf(ref);
  const generation = await generationOf(context, version, call);
  if (!generation) return undefined;
  const path = partPathOf(version, generation, uuidOf(ref));
  return context.http.find(path, one(rowOf(version, generation)), call);
}

async function readBuilds(
  context: Context,
  version: Ref,
  call: Call,
): Promise<Listing<Build> | undefined> {
  const generation = await generationOf(context, version, call);
  if (!generation) return undefined;
  const path = `${pathOf(version)}/${generation}`;
  const row = rowOf(version, generation);
  const listing = await unlessMissing(readRows(context, path, row, call));
  return listing && { items: listing.items.sort(byNewest), faults: listing.faults };
}

/**
 * Where the version's builds are. As long as no version of the project was seen, this one is asked;
 * `undefined`: there is none. One that shows neither generation is taken for the present one.
 */
async function generationOf(
  context: Context,
  version: Ref,
  call: Call,
): Promise<Generation | undefined> {
  const known = context.dialogue(version);
  if (known) return known.generation;
  const row = await findVersion(context, version, call);
  if (row?.version.id !== version.id) return undefined;
  return row.generation ?? 'revisions';
}

function rowOf(version: Ref, generation: Generation) {
  return generation === 'builds' ? buildRow(version) : revisionBuildRow(version);
}

function ofRevision(
  listing: Listing<Build> | undefined,
  revision: Ref,
): Listing<Build> | undefined {
  if (!listing) return undefined;
  return {
    items: listing.items.filter(({ revisionId }) => revisionId === revision.id),
    faults: listing.faults,
  };
}

/** The build that a revision of API 3.15 and later is. */
function toBuildRef({ provider, keys }: Ref): Ref {
  return { id: toId(provider, 'Build', keys), provider, type: 'Build', keys };
}

function versionIdOf(ref: Ref): string {
  return versionOf(ref).id;
}
