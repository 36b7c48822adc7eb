import type { GatewayError } from '../errors.ts';
import type { Build } from '../schema/build.ts';
import type { Deployment } from '../schema/deployment.ts';
import type { UserError } from '../schema/mutations/payload.ts';
import type { Revision } from '../schema/revision.ts';
import type { Version } from '../schema/version.ts';

/** What a write can change, as objects. */
export interface Changed {
  deployment: Deployment;
  version: Version;
  revision: Revision;
  build: Build;
}

/** What came of a write, without any value: this is what is kept under an idempotency key. */
export interface Outcome {
  /** Global ids of what was changed. */
  ids: Partial<Record<keyof Changed | 'owner' | 'deleted', string>>;
  /** Names of variables that were changed. */
  names?: string[];
  queued?: boolean;
  userErrors: UserError[];
}

/** An outcome with what the provider just said of the objects. A replay has to read them. */
export interface Done extends Outcome {
  fresh?: Partial<Changed>;
  /** A part of it failed so that repeating it may help: it is not kept as the result of its key. */
  isOpen?: boolean;
}

/** Objects that were changed, as an outcome. */
export function changed(fresh: Partial<Changed>): Done {
  const ids: Outcome['ids'] = {};
  for (const [kind, object] of Object.entries(fresh)) ids[kind as keyof Changed] = object.id;
  return { ids, fresh, userErrors: [] };
}

/** The part of an outcome that may be kept. */
export function withoutObjects({ ids, names, queued, userErrors }: Done): Outcome {
  return { ids, ...(names && { names }), ...(queued && { queued }), userErrors };
}

/** What an error complains of, for the payload; `undefined`: it is not about the input. */
export function toUserErrors({ code, complaints }: GatewayError): UserError[] | undefined {
  return complaints?.map(({ field, message, providerCode, code: own }) => ({
    field: [...(field ?? [])],
    code: own ?? code,
    message,
    providerCode: providerCode ?? null,
  }));
}
