import { z } from 'zod';
import { type Ref, refOf } from '../../ids.ts';
import { ScopeKind } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import type { Call, Listing, ProviderSource, Source } from '../provider.ts';
import { oneOrAll, readEach } from './batches.ts';
import { type Context, readRows } from './context.ts';
import { areKeys, pathOf } from './keys.ts';
import { projectRow, toScope } from './payloads.ts';

type Scopes = Pick<ProviderSource, 'toScope' | 'listScopes' | 'getScopes' | 'listSources'>;

/** Projects: the only scopes that UbiOps has here, each a source of deployments. */
export function createScopes(context: Context, projects: readonly Ref[] | undefined): Scopes {
  const row = projectRow(context.provider);

  const readProjects = async (call: Call): Promise<Listing<Scope>> => {
    const { items, faults } = await readRows(context, '/projects', row, call);
    return { items: items.filter(({ id }) => context.allows(refOf(id))), faults };
  };

  const findProject = async (ref: Ref, call: Call): Promise<Scope | undefined> => {
    const found = await context.http.find(pathOf(ref), z.unknown(), call);
    return found === undefined ? undefined : toScope(ref);
  };

  return {
    toScope: (ref) => (ref.type === 'Scope' && areKeys(ref) ? toScope(ref) : undefined),
    async listScopes({ parent, kinds }, call) {
      const isOther = kinds !== undefined && !kinds.includes(ScopeKind.PROJECT);
      return parent || isOther ? { items: [], faults: [] } : readProjects(call);
    },
    getScopes(refs, call) {
      const shown = refs.filter(context.allows);
      const read = oneOrAll(shown, {
        one: (ref) => findProject(ref, call),
        listOf: () => 'projects',
        all: () => readProjects(call),
        idOf: ({ id }) => id,
      });
      return readEach(context, shown, read);
    },
    async listSources(within, call) {
      if (within) return toSources(context.allows(within) ? [toScope(within)] : []);
      if (projects) return toSources(projects.map(toScope));
      const { items, faults } = await readProjects(call);
      return { ...toSources(items), faults };
    },
  };
}

function toSources(scopes: readonly Scope[]): Listing<Source> {
  return { items: scopes.map((scope) => ({ scope })), faults: [] };
}
