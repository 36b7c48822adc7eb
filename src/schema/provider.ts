import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Capability, CircuitState, HealthStatus, ProviderKind } from './enums.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'The request budget that the provider grants, as it last said.',
})
export class RateLimit {
  @Field(() => Int, { nullable: true, description: 'Requests per window.' })
  limit: number | null;

  @Field(() => Int, { nullable: true, description: 'Requests left in this window.' })
  remaining: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the window ends; null where the provider does not tell (Cloud 66).',
  })
  resetsAt: Date | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What the gateway’s own requests of the last minute say about a provider.',
})
export class ProviderHealth {
  @Field(() => HealthStatus)
  status: HealthStatus;

  @Field(() => CircuitState)
  circuit: CircuitState;

  @Field(() => String, { nullable: true, description: 'The last failure, without secrets.' })
  lastError: string | null;

  @Field(() => DateTime, { nullable: true })
  lastErrorAt: Date | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Median time of the last minute’s answers, in milliseconds; null without any.',
  })
  latencyMs: number | null;

  @Field(() => Int, {
    description: 'Requests that ended in the last minute; each repetition of a read counts.',
  })
  requests: number;

  @Field(() => Int, { description: 'Those of them that the provider failed.' })
  failedRequests: number;

  @Field(() => RateLimit, { nullable: true, description: 'Null while unknown.' })
  rateLimit: RateLimit | null;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'An entry of the gateway’s configuration: one account on one platform. Several of one kind are normal.',
})
export class Provider extends Node {
  override readonly __typename: 'Provider';

  @Field(() => String, { description: 'The name it has in the configuration.' })
  name: string;

  @Field(() => ProviderKind)
  kind: ProviderKind;

  @Field(() => [Capability], {
    description: 'What this provider’s API offers; the rest of the schema is null or empty for it.',
  })
  capabilities: Capability[];
}
