import type { Ref } from '../../ids.ts';
import type { Revision } from '../../schema/revision.ts';
import { byNewest } from '../batch.ts';
import type { Call, Listing, ProviderSource } from '../provider.ts';
import { oneOrAll, readEach } from './batches.ts';
import { type Context, readRows, unlessMissing } from './context.ts';
import { one } from './fields.ts';
import { partPathOf, pathOf, uuidOf, versionOf } from './keys.ts';
import { revisionRow } from './payloads.ts';

type Revisions = Pick<ProviderSource, 'listRevisions' | 'getRevisions'>;

/** The uploads of code to versions; their routes are the same in both generations. */
export function createRevisions(context: Context): Revisions {
  const readRevisions = async (
    version: Ref,
    call: Call,
  ): Promise<Listing<Revision> | undefined> => {
    const reading = readRows(context, `${pathOf(version)}/revisions`, revisionRow(version), call);
    const listing = await unlessMissing(reading);
    return listing && { items: listing.items.sort(byNewest), faults: listing.faults };
  };

  return {
    listRevisions(versions, call) {
      return readEach(context, versions.filter(context.allows), (version) =>
        readRevisions(version, call),
      );
    },
    getRevisions(refs, call) {
      const shown = refs.filter(context.allows);
      const read = oneOrAll(shown, {
        one: (ref) => {
          const path = partPathOf(versionOf(ref), 'revisions', uuidOf(ref));
          return context.http.find(path, one(revisionRow(versionOf(ref))), call);
        },
        listOf: (ref) => versionOf(ref).id,
        all: (ref) => readRevisions(versionOf(ref), call),
        idOf: ({ id }) => id,
      });
      return readEach(context, shown, read);
    },
  };
}
