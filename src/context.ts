import type { Grants } from './auth/grants.ts';
import type { Limits } from './config.ts';
import type { Call, ProviderSource } from './datasources/provider.ts';
import type { Loaders } from './loaders/index.ts';
import type { EventLog } from './subscriptions/events.ts';

/** What one operation works with. Nothing in it outlives the operation. */
export interface Context {
  requestId: string;
  grants: Grants;
  /** The providers this viewer may see, by name, in the order of the configuration. */
  providers: ReadonlyMap<string, ProviderSource>;
  loaders: Loaders;
  /** What the gateway saw happen. */
  events: EventLog;
  call: Call;
  limits: Limits;
}
