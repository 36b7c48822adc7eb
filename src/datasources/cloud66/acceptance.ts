import { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import { text } from './fields.ts';
import { unwrapped } from './envelope.ts';

/** `{ok, message, async_action_id?, queued?}`: what the provider says to a change of a stack. */
export const acceptance = unwrapped(
  z.object({
    ok: z.boolean(),
    message: text,
    async_action_id: z.int().positive().nullable().catch(null),
  }),
);
export type Acceptance = z.infer<typeof acceptance>;

/**
 * @throws GatewayError PROVIDER_REJECTED for `ok: false`, which comes with the status of a success
 */
export function requireAccepted(provider: string, { ok, message }: Acceptance): void {
  if (ok) return;
  const said = message ?? 'Cloud 66 did not say why.';
  throw new GatewayError(ErrorCode.PROVIDER_REJECTED, `${provider} refused the change.`, {
    provider,
    complaints: [{ message: said }],
  });
}
