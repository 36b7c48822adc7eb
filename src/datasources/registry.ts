import { ProviderKind } from '../schema/enums.ts';
import { cloud66 } from './cloud66/index.ts';
import { cloudFoundry } from './cloudfoundry/index.ts';
import { humanitec } from './humanitec/index.ts';
import type { ProviderDefinition } from './provider.ts';
import { ubiops } from './ubiops/index.ts';

/** Every kind of provider: one line each. A kind without a line does not compile. */
export const REGISTRY: Record<ProviderKind, ProviderDefinition<unknown>> = {
  [ProviderKind.UBIOPS]: ubiops,
  [ProviderKind.HUMANITEC]: humanitec,
  [ProviderKind.CLOUD66]: cloud66,
  [ProviderKind.CLOUD_FOUNDRY]: cloudFoundry,
};
