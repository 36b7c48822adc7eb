import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { byNewest } from '../datasources/batch.ts';
import type { Verdict } from '../datasources/provider.ts';
import { badInput, toGatewayError } from '../errors.ts';
import { parseId, refOf } from '../ids.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import type { Build } from '../schema/build.ts';
import { LabelInput } from '../schema/common.ts';
import {
  AuditEventConnection,
  BuildConnection,
  type Connection,
  DeploymentConnection,
  StatusEventConnection,
  VersionConnection,
} from '../schema/connection.ts';
import { Deployment, DeploymentError } from '../schema/deployment.ts';
import { AuditAction, Status } from '../schema/enums.ts';
import { DeploymentFilter, DeploymentOrder } from '../schema/inputs.ts';
import { Provider } from '../schema/provider.ts';
import { Revision } from '../schema/revision.ts';
import { Scope } from '../schema/scope.ts';
import type { StatusEvent } from '../schema/status-event.ts';
import { Version } from '../schema/version.ts';
import { auditEventsOf } from './audit-event.ts';
import { deploymentsOf } from './deployment-lists.ts';
import { faultsOf, toFailures } from './failures.ts';
import { PageArguments, pageInMemory, pageSize, toConnection } from './paging.ts';
import { providerOf } from './provider.ts';
import { idAlone } from './selection.ts';
import { toStatusEvent } from './status-event.ts';
import { scopeById, scopeEnvironment, scopeName } from './scope.ts';

/** The deployment with all that its list did not tell; null: it has gone since. */
async function complete({ loaders }: Context, deployment: Deployment): Promise<Deployment | null> {
  return loaders.completion.load(deployment);
}

/** A state that must always answer: where the provider cannot be asked it is not known. */
async function stateOf(context: Context, deployment: Deployment): Promise<Deployment | null> {
  return complete(context, deployment).catch(() => null);
}

function mayDeploy({ grants }: Context, { id }: Deployment): boolean {
  return grants.may('deploy', refOf(id));
}

/** What the provider cannot be asked about is not offered. */
function canAgain(
  context: Context,
  deployment: Deployment,
  what: keyof Verdict,
): boolean | Promise<boolean> {
  if (!mayDeploy(context, deployment)) return false;
  return (
    deployment[what] ??
    context.loaders.verdict.load(deployment).then(
      (verdict) => verdict?.[what] ?? false,
      () => false,
    )
  );
}

@Resolver(() => Deployment)
export class DeploymentResolver {
  @Query(() => DeploymentConnection, {
    description:
      'Deployments of all providers in one list. A provider that fails is named in `failures`; the others are there.',
  })
  deployments(
    @Arg('filter', () => DeploymentFilter, { nullable: true }) filter: DeploymentFilter | null,
    @Arg('orderBy', () => DeploymentOrder, { nullable: true }) _orderBy: DeploymentOrder | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<Deployment>> {
    return deploymentsOf(context, filter ?? {}, page);
  }

  @Query(() => Deployment, { nullable: true, description: 'Null where there is none.' })
  async deployment(
    @Arg('id', () => ID) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<Deployment | null> {
    if (parseId(id)?.type !== 'Deployment') {
      throw badInput('id', 'this is not the id of a deployment.');
    }
    return loaders.deployment.load(id);
  }

  @FieldResolver(() => Provider)
  provider(@Root() deployment: Deployment, @Ctx() context: Context): Provider {
    return providerOf(context, deployment);
  }

  @FieldResolver(() => Scope, { description: 'Where it was deployed.' })
  scope(@Root() { scopeId }: Deployment, @Ctx() context: Context): Scope {
    return scopeById(context, scopeId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The environment’s name (Humanitec, Cloud 66).',
  })
  environment(@Root() { scopeId }: Deployment, @Ctx() context: Context): Promise<string | null> {
    return scopeEnvironment(context, scopeById(context, scopeId));
  }

  @FieldResolver(() => String, {
    description: 'UbiOps: its name. A rollout is called "<scope> #<short id>".',
  })
  name(
    @Root() { name, scopeId, shortId }: Deployment,
    @Ctx() context: Context,
  ): string | Promise<string> {
    if (name !== undefined) return name;
    const scope = scopeName(context, scopeById(context, scopeId));
    return typeof scope === 'string'
      ? `${scope} #${shortId}`
      : scope.then((known) => `${known} #${shortId}`);
  }

  @FieldResolver(() => Status, {
    description:
      'Where it stands. UNKNOWN also where the provider could not be asked: `version` and `live` then say why.',
  })
  status(@Root() deployment: Deployment, @Ctx() context: Context): Status | Promise<Status> {
    return (
      deployment.status ??
      stateOf(context, deployment).then((state) => state?.status ?? Status.UNKNOWN)
    );
  }

  @FieldResolver(() => String, { description: 'The state in the provider’s words; "" for none.' })
  rawStatus(@Root() deployment: Deployment, @Ctx() context: Context): string | Promise<string> {
    return (
      deployment.rawStatus ?? stateOf(context, deployment).then((state) => state?.rawStatus ?? '')
    );
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether what the scope runs now came from this deployment.',
  })
  live(
    @Root() deployment: Deployment,
    @Ctx() context: Context,
  ): boolean | null | Promise<boolean | null> {
    if (deployment.live !== undefined) return deployment.live;
    return complete(context, deployment).then((completed) => completed?.live ?? null);
  }

  @FieldResolver(() => Version, {
    nullable: true,
    description: 'What it rolled out; of a service the default version.',
  })
  version(
    @Root() deployment: Deployment,
    @Ctx() context: Context,
  ): Version | null | Promise<Version | null> {
    if (deployment.version !== undefined) return deployment.version;
    return complete(context, deployment).then((completed) => completed?.version ?? null);
  }

  @FieldResolver(() => VersionConnection, {
    nullable: true,
    description: 'All its versions, newest first; a rollout has exactly one.',
  })
  async versions(
    @Root() deployment: Deployment,
    @Arg('labels', () => [LabelInput], { nullable: true, description: 'All of these labels.' })
    labels: LabelInput[] | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { loaders, limits }: Context,
  ): Promise<Connection<Version> | null> {
    const listing = await loaders.versions.load(deployment.id);
    if (!listing) return null;
    const matching = listing.items.filter((version) =>
      (labels ?? []).every((wanted) =>
        version.labels.some(({ key, value }) => key === wanted.key && value === wanted.value),
      ),
    );
    const failures = faultsOf(refOf(deployment.id).provider, listing.faults);
    return pageInMemory(matching, byNewest, page, limits, failures);
  }

  @FieldResolver(() => BuildConnection, {
    nullable: true,
    description: 'The builds of all its versions, newest first.',
  })
  async builds(
    @Root() { id, scopeId }: Deployment,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { loaders, limits }: Context,
  ): Promise<Connection<Build> | null> {
    const { provider } = refOf(id);
    const versions = (await loaders.versions.load(id))?.items ?? [];
    const lists = await loaders.builds.loadMany(versions.map((version) => version.id));
    const builds = new Map<string, Build>();
    const failures = lists.flatMap((list) => {
      if (list instanceof Error) {
        return toFailures([{ provider, scopeId, error: toGatewayError(list, provider) }]);
      }
      for (const build of list?.items ?? []) builds.set(build.id, build);
      return faultsOf(provider, list?.faults ?? []);
    });
    return pageInMemory([...builds.values()], byNewest, page, limits, failures);
  }

  @FieldResolver(() => Revision, {
    nullable: true,
    description: 'The revision of `version`.',
  })
  async revision(
    @Root() deployment: Deployment,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Revision | null> {
    if (deployment.revision !== undefined) return deployment.revision;
    const id = (await this.version(deployment, context))?.revisionId;
    if (!id) return null;
    return idAlone<Revision>(info, 'Revision', id) ?? context.loaders.revision.load(id);
  }

  @FieldResolver(() => Deployment, {
    nullable: true,
    description: 'The one it was based on or replaced; null for services.',
  })
  previous(
    @Root() deployment: Deployment,
    @Ctx() { loaders }: Context,
  ): null | Promise<Deployment | null> {
    return deployment.previousId === null ? null : loaders.previous.load(deployment);
  }

  @FieldResolver(() => [DeploymentError], {
    nullable: true,
    description: 'Why it failed or is stuck, where the provider tells.',
  })
  errors(
    @Root() deployment: Deployment,
    @Ctx() { loaders }: Context,
  ): DeploymentError[] | Promise<DeploymentError[] | null> {
    return deployment.errors ?? loaders.errors.load(deployment);
  }

  @FieldResolver(() => AuditEventConnection, {
    nullable: true,
    description:
      'What was done to it (UbiOps, Humanitec, Cloud Foundry), in the provider’s order; null where the provider keeps no such record.',
  })
  auditEvents(
    @Root() { id }: Deployment,
    @Arg('action', () => AuditAction, { nullable: true }) action: AuditAction | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<AuditEvent> | null> {
    return auditEventsOf(context, refOf(id), action ?? undefined, page);
  }

  @FieldResolver(() => StatusEventConnection, {
    nullable: true,
    description: 'The changes of its status that the gateway saw and still keeps, newest first.',
  })
  async statusHistory(
    @Root() { id }: Deployment,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { events, limits, call }: Context,
  ): Promise<Connection<StatusEvent>> {
    // What is seen to happen later is not told by any tag.
    call.rests.whole = false;
    const first = pageSize(page, limits);
    const { changes, hasNext } = await events.history(id, {
      first,
      after: page.after ?? undefined,
    });
    return toConnection(changes.map(toStatusEvent), ({ cursor }) => cursor, page, { hasNext });
  }

  @FieldResolver(() => Boolean)
  canCancel(@Root() deployment: Deployment, @Ctx() context: Context): boolean {
    return deployment.canCancel && mayDeploy(context, deployment);
  }

  @FieldResolver(() => Boolean)
  canContinue(@Root() deployment: Deployment, @Ctx() context: Context): boolean {
    return deployment.canContinue && mayDeploy(context, deployment);
  }

  @FieldResolver(() => Boolean)
  canRedeploy(@Root() deployment: Deployment, @Ctx() context: Context): boolean | Promise<boolean> {
    return canAgain(context, deployment, 'canRedeploy');
  }

  @FieldResolver(() => Boolean)
  canRollback(@Root() deployment: Deployment, @Ctx() context: Context): boolean | Promise<boolean> {
    return canAgain(context, deployment, 'canRollback');
  }
}
