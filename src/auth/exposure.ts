import type { Problem } from '../interpolate.ts';

/** Addresses that only this machine reaches. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/;

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Without authentication, what others can reach must not show more than this machine's sandbox. */
export function checkExposure(
  mode: 'none' | 'required',
  host: string,
  providers: readonly { name: string; baseUrl: string }[],
): Problem[] {
  if (mode !== 'none' || isLoopback(host)) return [];
  const real = providers.filter(({ baseUrl }) => !isLoopback(new URL(baseUrl).hostname));
  if (real.length === 0) return [];
  const names = real.map(({ name }) => name).join(', ');
  return [
    {
      path: 'auth.mode',
      message: `whoever reaches ${host} could see ${names} without saying who they are. Add apiKeys or jwt (docs/authentication.md), or listen on 127.0.0.1.`,
    },
  ];
}
