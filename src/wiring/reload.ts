import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config.ts';

/**
 * The configuration that is running, with what a running gateway takes over of the next one.
 * Everything else is built into it when it starts.
 */
export function toReloaded(current: Config, { providers, auth, logLevel }: Config): Config {
  return { ...current, providers, auth, logLevel };
}

/** The paths of settings that are other in the next configuration, and need a restart. */
export function restartsFor(current: Config, next: Config): string[] {
  return pathsOfDifference(toReloaded(current, next), next, 2);
}

function pathsOfDifference(one: object, other: object, depth: number): string[] {
  const left = new Map<string, unknown>(Object.entries(one));
  const right = new Map<string, unknown>(Object.entries(other));
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key) => {
    const from = left.get(key);
    const to = right.get(key);
    if (isDeepStrictEqual(from, to)) return [];
    if (depth === 1 || !isObject(from) || !isObject(to)) return [key];
    return pathsOfDifference(from, to, depth - 1).map((inner) => `${key}.${inner}`);
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
