import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.ts';
import { badInput, type GatewayError, toGatewayError } from '../errors.ts';
import { parseId, parseVariable, type Ref } from '../ids.ts';
import type { EnvironmentVariable } from '../schema/environment-variable.ts';
import { Node } from '../schema/node.ts';
import { toProvider } from './provider.ts';

/** How many nodes one `nodes` may ask for. */
const MAX_NODES = 100;

/** The object behind an id; null where there is none (any more). */
export async function loadNode(context: Context, ref: Ref): Promise<Node | null> {
  const { loaders } = context;
  switch (ref.type) {
    case 'Provider': {
      const provider = context.providers.get(ref.provider);
      return provider && ref.keys.length === 0 ? toProvider(provider) : null;
    }
    case 'Scope':
      return loaders.scope.load(ref.id);
    case 'Deployment':
      return loaders.deployment.load(ref.id);
    case 'Version':
      return loaders.version.load(ref.id);
    case 'Revision':
      return loaders.revision.load(ref.id);
    case 'Build':
      return loaders.build.load(ref.id);
    case 'EnvironmentVariable': {
      const variable = parseVariable(ref);
      if (!variable) return null;
      const variables = await loadVariables(context, variable.owner, 'shadowed');
      return variables?.find(({ name }) => name === variable.name) ?? null;
    }
  }
}

/**
 * The variables of an owner that is named by its id alone; null where there is no such owner (any
 * more), also where another one has taken its name, or where its provider keeps none for it.
 */
export async function loadVariables(
  context: Context,
  owner: Ref,
  depth: keyof Context['loaders']['variables'],
): Promise<EnvironmentVariable[] | null> {
  const [found, variables] = await Promise.all([
    loadNode(context, owner),
    context.loaders.variables[depth].load(owner.id),
  ]);
  return found && variables;
}

function nodeRef(argument: string, id: string): Ref {
  const ref = parseId(id);
  if (ref) return ref;
  throw badInput(argument, `"${id.slice(0, 40)}" is not an id. Use ids that this API returned.`);
}

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Any object by its id; null where there is none (any more).',
  })
  node(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<Node | null> {
    return loadNode(context, nodeRef('id', id));
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'Objects by their ids, in the order of the ids; at most 100.',
  })
  nodes(
    @Arg('ids', () => [ID]) ids: string[],
    @Ctx() context: Context,
  ): Promise<(Node | null | GatewayError)[]> {
    if (ids.length > MAX_NODES) {
      throw badInput('ids', `${ids.length} ids are too many. Ask for ${MAX_NODES} at a time.`);
    }
    const refs = ids.map((id, index) => nodeRef(`ids[${index}]`, id));
    // An item that is an error is null with that error; a list of promises is not for compiled
    // execution, which loses the place of one that fails.
    return Promise.all(
      refs.map((ref) =>
        loadNode(context, ref).catch((error: unknown) => toGatewayError(error, ref.provider)),
      ),
    );
  }
}
