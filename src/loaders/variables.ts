import type { Grants } from '../auth/grants.ts';
import type { Call, VariableLevel } from '../datasources/provider.ts';
import { GatewayError } from '../errors.ts';
import { type Ref, refOf, variableId } from '../ids.ts';
import type { EnvironmentVariable } from '../schema/environment-variable.ts';
import { type ById, createByIdLoader, type Providers } from './loader.ts';

/** Effective variables by owner; `null` for an owner that has none to show or does not exist. */
export function createVariableLoader(
  providers: Providers,
  call: Call,
  grants: Grants,
  options: { shadowed: boolean },
): ById<EnvironmentVariable[]> {
  return createByIdLoader(providers, call, async (provider, refs) => {
    const levels = await provider.getVariableLevels(refs, options, call);
    const variables = new Map<string, EnvironmentVariable[] | GatewayError>();
    for (const [ownerId, answer] of levels) {
      if (answer === null) continue;
      variables.set(
        ownerId,
        answer instanceof GatewayError
          ? answer
          : inherit(refOf(ownerId), answer, (id) => grants.may('readVariables', refOf(id))),
      );
    }
    return variables;
  });
}

/**
 * What an owner sees of its levels, nearest first: for each name the nearest definition, and below
 * it in `overrides` every definition that it hides. The same on every provider.
 */
export function inherit(
  owner: Ref,
  levels: readonly VariableLevel[],
  mayRead: (levelId: string) => boolean,
): EnvironmentVariable[] {
  const effective = new Map<string, EnvironmentVariable>();
  for (const [depth, { ownerId, variables }] of levels.entries()) {
    const canReadValues = mayRead(ownerId);
    for (const variable of variables) {
      const value = variable.secret || !canReadValues ? null : variable.value;
      const nearer = effective.get(variable.name);
      if (nearer) {
        nearer.overrides.push({ ownerId, value, secret: variable.secret });
        continue;
      }
      effective.set(variable.name, {
        __typename: 'EnvironmentVariable',
        id: variableId(owner, variable.name),
        name: variable.name,
        value,
        secret: variable.secret,
        readOnly: variable.readOnly,
        inherited: depth > 0,
        updatedAt: variable.updatedAt,
        description: variable.description ?? null,
        definedById: ownerId,
        overrides: [],
      });
    }
  }
  return [...effective.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}
