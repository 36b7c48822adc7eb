import type { Problem } from '../interpolate.ts';
import type { AuthSettings, GrantSettings } from './settings.ts';

/** What grants have to know of a provider to be checked. */
export interface GrantableProvider {
  name: string;
  /** The keys of a scope in the provider's words; `undefined`: there can be none such. */
  toScopeKeys(path: string): readonly string[] | undefined;
}

/** Mistakes that only show beside the providers: unknown names, and scopes that cannot be. */
export function checkGrants(
  { apiKeys, jwt: tokens }: AuthSettings,
  providers: readonly GrantableProvider[],
): Problem[] {
  const lists = [
    ...(apiKeys ?? []).map((key, index) => [`auth.apiKeys[${index}]`, key.grants] as const),
    ...Object.entries(tokens?.roles ?? {}).map(
      ([role, list]) => [`auth.jwt.roles.${role}`, list] as const,
    ),
  ];
  return lists.flatMap(([path, list]) =>
    list.flatMap((each, index) => {
      const place = path.includes('.roles.') ? `${path}[${index}]` : `${path}.grants[${index}]`;
      return checkGrant(place, each, providers);
    }),
  );
}

function checkGrant(
  place: string,
  { providers: names = [], scopes = [] }: GrantSettings,
  providers: readonly GrantableProvider[],
): Problem[] {
  const problems = names.flatMap((name, index) => {
    if (providers.some((each) => each.name === name)) return [];
    return [{ path: `${place}.providers[${index}]`, message: 'no provider has this name.' }];
  });
  if (scopes.length === 0) return problems;
  const [only] = names;
  if (names.length !== 1) {
    const message = 'name the one provider that these scopes are of.';
    return [...problems, { path: `${place}.providers`, message }];
  }
  const provider = providers.find(({ name }) => name === only);
  for (const [index, path] of scopes.entries()) {
    if (!provider || provider.toScopeKeys(path)) continue;
    const message = 'this provider has no such scopes; see docs/authentication.md.';
    problems.push({ path: `${place}.scopes[${index}]`, message });
  }
  return problems;
}
