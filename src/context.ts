import type { Grants } from './auth/grants.ts';
import type { Limits } from './config.ts';
import type { Call, ProviderSource } from './datasources/provider.ts';
import type { FileLinks } from './files/index.ts';
import type { Ref } from './ids.ts';
import type { Loaders } from './loaders/index.ts';
import type { Writes } from './writes/index.ts';
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
  /** URLs of the gateway for files of revisions. */
  files: FileLinks;
  /** Does what a mutation asks for. */
  writes: Writes['run'];
  /** Finds out where these are, so that `grants.may` can tell. */
  locate(targets: readonly Ref[]): Promise<void>;
  /** Forgets what this operation has read, after it has changed something. */
  forget(): void;
}
