import type { NodeType } from './schema/node.ts';

/**
 * A global id, taken apart. `keys` are the provider's own path keys, outermost first; what each
 * position means is the business of the provider's folder.
 */
export interface Ref {
  readonly id: string;
  readonly provider: string;
  readonly type: NodeType;
  readonly keys: readonly string[];
}

const LETTERS: Record<NodeType, string> = {
  Provider: 'p',
  Scope: 's',
  Deployment: 'd',
  Version: 'v',
  Build: 'b',
  Revision: 'r',
  EnvironmentVariable: 'e',
};
const TYPES = new Map(
  Object.entries(LETTERS).map(([type, letter]) => [letter, type as NodeType] as const),
);

/** Longer than any id this gateway makes: provider limits on names add up to far less. */
const MAX_ID_LENGTH = 4096;

/** As much of an id as a provider's name, at most 63 letters, with its quotes can take. */
const MAX_NAME_START = 92;

/** Builds the reference of an object from its provider, type and native path keys. */
export function toRef(provider: string, type: NodeType, keys: readonly string[]): Ref {
  return { id: toId(provider, type, keys), provider, type, keys };
}

/** The global id alone. */
export function toId(provider: string, type: NodeType, keys: readonly string[]): string {
  return encode([provider, LETTERS[type], ...keys]);
}

/** Takes an id apart. `undefined`: this gateway never made such an id. */
export function parseId(id: string): Ref | undefined {
  const ref = id.length > MAX_ID_LENGTH ? undefined : decode(id);
  return ref && encode([ref.provider, LETTERS[ref.type], ...ref.keys]) === id ? ref : undefined;
}

/** Takes an id apart that the gateway itself made. */
export function refOf(id: string): Ref {
  const ref = decode(id);
  if (!ref) throw new TypeError(`not an id of this gateway: ${id.slice(0, 40)}`);
  return ref;
}

/** The provider's name in an id that the gateway itself made; nothing else is taken apart. */
export function providerNameOf(id: string): string {
  const start = Buffer.from(id.slice(0, MAX_NAME_START), 'base64url').toString('latin1');
  return start.slice(2, start.indexOf('"', 2));
}

function decode(id: string): Ref | undefined {
  const parts = decodeParts(id);
  if (!parts || parts.length < 2) return undefined;
  const [provider = '', letter = '', ...keys] = parts;
  const type = TYPES.get(letter);
  return type && { id, provider, type, keys };
}

/**
 * The id of an environment variable: the owner that was asked, and the name. A client's normalised
 * cache therefore never mixes what two owners see under one name.
 */
export function variableId(owner: Ref, name: string): string {
  return toId(owner.provider, 'EnvironmentVariable', [LETTERS[owner.type], name, ...owner.keys]);
}

/** The owner and the name in a variable's id; `undefined` where the id is none. */
export function parseVariable(ref: Ref): { owner: Ref; name: string } | undefined {
  const [letter = '', name, ...keys] = ref.keys;
  const type = TYPES.get(letter);
  if (!type || name === undefined) return undefined;
  return { owner: toRef(ref.provider, type, keys), name };
}

function encode(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function decodeParts(id: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
    const valid = Array.isArray(parts) && parts.every((part) => typeof part === 'string');
    return valid ? parts : undefined;
  } catch {
    return undefined;
  }
}
