import type { Permission } from '../auth/grants.ts';
import type { Context } from '../context.ts';
import type { ProviderSource } from '../datasources/provider.ts';
import type { ProviderWrites } from '../datasources/writes.ts';
import { badInput, ErrorCode, GatewayError } from '../errors.ts';
import { parseId, type Ref } from '../ids.ts';
import type { NodeType } from '../schema/node.ts';

/** What a mutation is done to, by whom. */
export interface Target {
  provider: ProviderSource;
  ref: Ref;
}

/** A provider that has a method of the write contract. */
type With<Method extends keyof ProviderWrites> = ProviderSource &
  Required<Pick<ProviderWrites, Method>>;

/**
 * The object that an id of the input names, where the viewer may see it.
 * @throws GatewayError BAD_USER_INPUT, NOT_FOUND
 */
export function visible(
  { grants, providers }: Context,
  field: string,
  id: string,
  types: readonly NodeType[],
): Target {
  const ref = parseId(id);
  if (!ref || !types.includes(ref.type)) {
    const kinds = types.map((type) => type.toLowerCase()).join(' or ');
    throw badInput(`input.${field}`, `this is not the id of a ${kinds}.`);
  }
  const provider = providers.get(ref.provider);
  if (!provider || !grants.may('read', ref)) throw missing(field, ref);
  return { provider, ref };
}

/** The same where the viewer may do it too. */
export function permitted(
  context: Context,
  field: string,
  id: string,
  types: readonly NodeType[],
  permission: Permission,
): Target {
  const target = visible(context, field, id, types);
  allow(context, target, permission);
  return target;
}

/** @throws GatewayError FORBIDDEN */
export function allow({ grants }: Context, { ref }: Target, permission: Permission): void {
  if (grants.may(permission, ref)) return;
  throw new GatewayError(
    ErrorCode.FORBIDDEN,
    `You may not do this on ${ref.provider}: it takes the permission to ${permission}.`,
    { provider: ref.provider },
  );
}

/**
 * The provider, if its platform has such a thing.
 * @throws GatewayError UNSUPPORTED
 */
export function able<Method extends keyof ProviderWrites>(
  provider: ProviderSource,
  method: Method,
  what: string,
): With<Method> {
  if (has(provider, method)) return provider;
  throw new GatewayError(
    ErrorCode.UNSUPPORTED,
    `${provider.name} does not offer ${what}. See \`capabilities\` of its provider.`,
    { provider: provider.name },
  );
}

function has<Method extends keyof ProviderWrites>(
  provider: ProviderSource,
  method: Method,
): provider is With<Method> {
  return provider[method] !== undefined;
}

export function missing(field: string, { provider }: Ref): GatewayError {
  return new GatewayError(
    ErrorCode.NOT_FOUND,
    `input.${field}: there is no such thing on ${provider}, or you may not see it.`,
    { provider },
  );
}

/** A write that was sent, and whose look-up tells more than one story. */
export function ambiguous(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.OUTCOME_UNKNOWN,
    `${provider}: whether the write was done cannot be told. Look at the provider, then use a new idempotencyKey.`,
    { provider },
  );
}
