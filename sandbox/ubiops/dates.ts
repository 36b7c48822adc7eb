export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/** How deployments and versions spell a date: `2020-05-12T16:23:15.456812Z`. */
export function inMicroseconds(at: number): string {
  const micros = String((at * 7) % 1_000).padStart(3, '0');
  return new Date(at).toISOString().replace('Z', `${micros}Z`);
}

/** How builds, revisions and audit events spell a date: `2020-12-23T16:15:11.200+00:00`. */
export function inMilliseconds(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}
