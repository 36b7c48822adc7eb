import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { badInput, ErrorCode, GatewayError } from '../errors.ts';
import { parseId, type Ref, refOf } from '../ids.ts';
import { VariableChange } from '../schema/enums.ts';
import {
  EnvironmentVariable,
  EnvironmentVariableDifference,
  VariableDefinition,
} from '../schema/environment-variable.ts';
import { VariableOwner } from '../schema/node.ts';
import { loadNode, loadVariables } from './node.ts';
import { idAlone, isSelected } from './selection.ts';

@Resolver(() => VariableOwner)
export class VariableOwnerResolver {
  @FieldResolver(() => [EnvironmentVariable], {
    nullable: true,
    description:
      'Its variables, sorted by name. Of a scope, a UbiOps deployment or a UbiOps version: what is in effect now. Of a rollout, its version and its revision: what it ran with, null where the provider keeps no record of that.',
  })
  async environmentVariables(
    @Root() { id }: VariableOwner,
    @Arg('includeInherited', () => Boolean, { nullable: true, defaultValue: true })
    includeInherited: boolean | null,
    @Arg('names', () => [String], { nullable: true, description: 'Only these.' })
    names: string[] | null,
    @Ctx() { loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EnvironmentVariable[] | null> {
    const loader = loaders.variables[isSelected(info, 'overrides') ? 'shadowed' : 'plain'];
    const variables = await loader.load(id);
    return (
      variables?.filter(
        ({ name, inherited }) =>
          (includeInherited !== false || !inherited) && (!names || names.includes(name)),
      ) ?? null
    );
  }
}

@Resolver(() => EnvironmentVariable)
export class EnvironmentVariableResolver {
  @FieldResolver(() => VariableOwner, {
    nullable: true,
    description: 'The level that defines the effective value.',
  })
  definedBy(
    @Root() { definedById }: EnvironmentVariable,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VariableOwner | null> {
    return ownerById(context, refOf(definedById), info);
  }

  @FieldResolver(() => [VariableDefinition], {
    description: 'What the effective definition hides, nearest level first.',
  })
  overrides(@Root() { overrides }: EnvironmentVariable): VariableDefinition[] {
    return overrides;
  }

  @Query(() => [EnvironmentVariableDifference], {
    description:
      'How the effective variables of two owners differ, also of different providers, sorted by name. An owner that cannot be read is an error.',
  })
  async compareEnvironmentVariables(
    @Arg('left', () => ID) left: string,
    @Arg('right', () => ID) right: string,
    @Ctx() context: Context,
  ): Promise<EnvironmentVariableDifference[]> {
    const reading = [
      variablesByName(context, 'left', left),
      variablesByName(context, 'right', right),
    ] as const;
    // Where both fail it is the left one that is told, whichever is sooner.
    await Promise.allSettled(reading);
    const [lefts, rights] = [await reading[0], await reading[1]];
    const names = [...new Set([...lefts.keys(), ...rights.keys()])].sort();
    return names.map((name) => {
      const pair = { left: lefts.get(name) ?? null, right: rights.get(name) ?? null };
      return { name, change: changeOf(pair), ...pair };
    });
  }
}

@Resolver(() => VariableDefinition)
export class VariableDefinitionResolver {
  @FieldResolver(() => VariableOwner, {
    nullable: true,
    description: 'The level that has this definition.',
  })
  owner(
    @Root() { ownerId }: VariableDefinition,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VariableOwner | null> {
    return ownerById(context, refOf(ownerId), info);
  }
}

/** The owner; its id and type alone cost no request. */
async function ownerById(
  context: Context,
  ref: Ref,
  info: GraphQLResolveInfo,
): Promise<VariableOwner | null> {
  const type = ref.type as VariableOwner['__typename'];
  return (
    idAlone<VariableOwner>(info, type, ref.id) ??
    (loadNode(context, ref) as Promise<VariableOwner | null>)
  );
}

const OWNER_TYPES: readonly string[] = ['Scope', 'Deployment', 'Version', 'Revision'];

async function variablesByName(
  context: Context,
  argument: string,
  id: string,
): Promise<Map<string, EnvironmentVariable>> {
  const ref = parseId(id);
  if (!ref || !OWNER_TYPES.includes(ref.type)) {
    throw badInput(argument, 'this is not the id of a scope, deployment, version or revision.');
  }
  const variables = await loadVariables(context, ref, 'plain');
  if (!variables) {
    throw new GatewayError(
      ErrorCode.NOT_FOUND,
      `${argument}: there is no such owner, or its provider keeps no variables for it.`,
      { provider: ref.provider },
    );
  }
  return new Map(variables.map((variable) => [variable.name, variable] as const));
}

function changeOf({
  left,
  right,
}: Pick<EnvironmentVariableDifference, 'left' | 'right'>): VariableChange {
  if (!left) return VariableChange.ADDED;
  if (!right) return VariableChange.REMOVED;
  if (left.value === null || right.value === null) return VariableChange.UNKNOWN;
  return left.value === right.value ? VariableChange.SAME : VariableChange.CHANGED;
}
