import { z } from 'zod';
import type { ProviderDefinition } from '../provider.ts';

const options = z.strictObject({ credentials: z.strictObject({ token: z.string().min(1) }) });

export const humanitec: ProviderDefinition<z.infer<typeof options>> = {
  kind: 'humanitec',
  options,
  create() {
    throw new Error('humanitec: not written yet');
  },
};
