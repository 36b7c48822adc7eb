import { LRUCache } from 'lru-cache';
import type { Batch, ProviderSource } from '../../datasources/provider.ts';
import { createCall } from '../../datasources/http/call.ts';
import { ErrorCode, GatewayError } from '../../errors.ts';
import { refOf } from '../../ids.ts';
import type { Scope } from '../../schema/scope.ts';
import type { Places } from './selection.ts';

/** Scopes hardly ever move, but spaces are renamed and apps are made anew. */
const KEPT_MS = 600_000;
const MAX_KEPT = 50_000;

/** Time for asking a provider what is above a scope. */
const PATIENCE_MS = 10_000;

/** No platform nests deeper. */
const MAX_DEPTH = 8;

/**
 * What is above a scope: from the ids where they tell it, otherwise the providers are asked, once
 * for all that wait, with the gateway's own credentials.
 */
export function createLineage(providers: ReadonlyMap<string, ProviderSource>): Places['lineage'] {
  const kept = new LRUCache<string, Promise<ReadonlySet<string>>>({ max: MAX_KEPT, ttl: KEPT_MS });
  return (scopeId) => {
    const known = kept.get(scopeId);
    if (known) return known;
    const found = climb(providers, scopeId);
    kept.set(scopeId, found);
    found.catch(() => kept.delete(scopeId));
    return found;
  };
}

async function climb(
  providers: ReadonlyMap<string, ProviderSource>,
  scopeId: string,
): Promise<ReadonlySet<string>> {
  const line = new Set<string>();
  let next: string | null | undefined = scopeId;
  while (next && !line.has(next) && line.size < MAX_DEPTH) {
    line.add(next);
    next = await parentOf(providers, next);
  }
  return line;
}

async function parentOf(
  providers: ReadonlyMap<string, ProviderSource>,
  scopeId: string,
): Promise<string | null | undefined> {
  const ref = refOf(scopeId);
  const provider = providers.get(ref.provider);
  const told = provider?.toScope(ref)?.parentId;
  if (!provider || told !== undefined) return told;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(tooSlow(provider.name)), PATIENCE_MS);
  try {
    const call = createCall(timeout.signal, Date.now() + PATIENCE_MS);
    const scopes: Batch<Scope> = await provider.getScopes([ref], call);
    const scope = scopes.get(scopeId);
    if (scope instanceof GatewayError) throw scope;
    return scope?.parentId;
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.PROVIDER_TIMEOUT,
    `${provider} did not tell in ${PATIENCE_MS} ms what a scope belongs to.`,
    { provider, retryable: true },
  );
}
