import type { Context } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { parseId, type Ref } from '../../ids.ts';
import type { MutationInput } from '../../schema/mutations/input.ts';
import type {
  BuildPayload,
  DeletePayload,
  DeploymentPayload,
  EnvironmentVariablesPayload,
  MutationPayload,
  RevisionPayload,
  VersionPayload,
} from '../../schema/mutations/payload.ts';
import { type Done, toUserErrors } from '../../writes/outcome.ts';
import type { Plan } from '../../writes/plan.ts';

/** Does what an input asks for; what is wrong with the input itself is in the outcome. */
export async function mutate<Input extends MutationInput>(
  context: Context,
  input: Input,
  plan: (context: Context, input: Input) => Plan,
): Promise<Done> {
  try {
    await locateIn(context, input);
    return await context.writes(context, plan(context, input));
  } catch (error) {
    const userErrors = error instanceof GatewayError ? toUserErrors(error) : undefined;
    if (!userErrors) throw error;
    return { ids: {}, userErrors };
  }
}

/** Finds out where everything is that an input names, so that grants can tell of it. */
export function locateIn(context: Context, input: MutationInput): Promise<void> {
  return context.locate(refsIn(input).filter(({ provider }) => context.providers.has(provider)));
}

/** Every object that an input names, at any depth. */
function refsIn(value: unknown): Ref[] {
  if (typeof value === 'string') {
    const ref = parseId(value);
    return ref ? [ref] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(refsIn);
}

/** What the provider just said of the object, or what it says now. */
export async function toDeploymentPayload(
  { loaders }: Context,
  input: MutationInput,
  done: Done,
): Promise<DeploymentPayload> {
  const id = done.ids.deployment;
  const deployment = done.fresh?.deployment ?? (id ? await loaders.deployment.load(id) : null);
  return { ...common(input, done), deployment, queued: done.queued ?? false };
}

export async function toVersionPayload(
  { loaders }: Context,
  input: MutationInput,
  done: Done,
): Promise<VersionPayload> {
  const id = done.ids.version;
  const version = done.fresh?.version ?? (id ? await loaders.version.load(id) : null);
  return { ...common(input, done), version };
}

export async function toRevisionPayload(
  { loaders }: Context,
  input: MutationInput,
  done: Done,
): Promise<RevisionPayload> {
  const id = done.ids.revision;
  const revision = done.fresh?.revision ?? (id ? await loaders.revision.load(id) : null);
  return { ...common(input, done), revision };
}

export async function toBuildPayload(
  { loaders }: Context,
  input: MutationInput,
  done: Done,
): Promise<BuildPayload> {
  const id = done.ids.build;
  const build = done.fresh?.build ?? (id ? await loaders.build.load(id) : null);
  return { ...common(input, done), build };
}

export function toDeletePayload(input: MutationInput, done: Done): DeletePayload {
  return { ...common(input, done), deletedId: done.ids.deleted ?? null };
}

export async function toVariablesPayload(
  { loaders }: Context,
  input: MutationInput,
  done: Done,
): Promise<EnvironmentVariablesPayload> {
  const { owner } = done.ids;
  const environmentVariables = owner ? await loaders.variables.shadowed.load(owner) : null;
  return { ...common(input, done), environmentVariables, changedNames: done.names ?? [] };
}

function common({ clientMutationId }: MutationInput, { userErrors }: Done): MutationPayload {
  return { userErrors, clientMutationId: clientMutationId ?? null };
}
