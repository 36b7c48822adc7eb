import { z } from 'zod';
import type { ProviderDefinition } from '../provider.ts';

const options = z.strictObject({ credentials: z.strictObject({ token: z.string().min(1) }) });

export const ubiops: ProviderDefinition<z.infer<typeof options>> = {
  kind: 'ubiops',
  options,
  create() {
    throw new Error('ubiops: not written yet');
  },
};
