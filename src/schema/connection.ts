import { Field, Int, ObjectType } from 'type-graphql';
import { AuditEvent } from './audit-event.ts';
import { Build } from './build.ts';
import { Deployment } from './deployment.ts';
import { ErrorCode } from './enums.ts';
import { Revision } from './revision.ts';
import { Scope } from './scope.ts';
import { StatusEvent } from './status-event.ts';
import { Version } from './version.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'What a list could not get from a provider; the rest of the list is there.',
})
export class ProviderFailure {
  @Field(() => ErrorCode)
  code: ErrorCode;

  @Field(() => String, { description: 'What failed and what to do about it.' })
  message: string;

  @Field(() => Boolean, { description: 'Whether asking again later may help.' })
  retryable: boolean;

  @Field(() => Boolean, {
    description: 'Whether rows of an earlier answer are shown in place of the missing ones.',
  })
  stale: boolean;

  providerName: string;

  /** Global id of the scope that was asked; null: the provider as a whole. */
  scopeId: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field(() => Boolean, {
    description: 'Whether there may be more. A page may be short and still have a next one.',
  })
  hasNextPage: boolean;

  @Field(() => Boolean)
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true })
  startCursor: string | null;

  @Field(() => String, { nullable: true, description: 'Give it as `after` for the next page.' })
  endCursor: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  totalCount: number | null;
  failures: ProviderFailure[];
}

function connectionOf<T extends object>(name: string, node: abstract new () => T) {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class NodeEdge {
    @Field(() => String, { description: 'Give it as `after` to go on behind this node.' })
    cursor: string;

    @Field(() => node)
    node: T;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class NodeConnection {
    @Field(() => [NodeEdge])
    edges: Edge<T>[];

    @Field(() => [node], { description: 'The nodes of `edges`, for clients without cursors.' })
    nodes: T[];

    @Field(() => PageInfo)
    pageInfo: PageInfo;

    @Field(() => Int, {
      nullable: true,
      description: 'How many there are in all; null where counting would cost more requests.',
    })
    totalCount: number | null;

    @Field(() => [ProviderFailure], {
      description: 'What could not be read; empty when the list is whole.',
    })
    failures: ProviderFailure[];
  }

  return NodeConnection;
}

export const ScopeConnection = connectionOf('Scope', Scope);
export const DeploymentConnection = connectionOf('Deployment', Deployment);
export const VersionConnection = connectionOf('Version', Version);
export const BuildConnection = connectionOf('Build', Build);
export const RevisionConnection = connectionOf('Revision', Revision);
export const StatusEventConnection = connectionOf('StatusEvent', StatusEvent);
export const AuditEventConnection = connectionOf('AuditEvent', AuditEvent);
