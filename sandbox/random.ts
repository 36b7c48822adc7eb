import { createHash } from 'node:crypto';

/** A UUID that depends on its parts alone, so that every run of the sandbox serves the same ids. */
export function uuidOf(...parts: (string | number)[]): string {
  const hex = hexOf(32, ...parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** `length` (at most 64) hexadecimal digits that depend on `parts` alone. */
export function hexOf(length: number, ...parts: (string | number)[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, length);
}

/** An integer in [0, below) that depends on `parts` alone. */
export function pick(below: number, ...parts: (string | number)[]): number {
  return Number.parseInt(hexOf(8, ...parts), 16) % below;
}
