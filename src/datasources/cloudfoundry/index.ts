import { z } from 'zod';
import type { ProviderDefinition } from '../provider.ts';

const options = z.strictObject({ credentials: z.strictObject({ token: z.string().min(1) }) });

export const cloudFoundry: ProviderDefinition<z.infer<typeof options>> = {
  kind: 'cloudfoundry',
  options,
  create() {
    throw new Error('cloudfoundry: not written yet');
  },
};
