import { z } from 'zod';
import type { ProviderDefinition } from '../provider.ts';

const options = z.strictObject({ credentials: z.strictObject({ token: z.string().min(1) }) });

export const cloud66: ProviderDefinition<z.infer<typeof options>> = {
  kind: 'cloud66',
  options,
  create() {
    throw new Error('cloud66: not written yet');
  },
};
