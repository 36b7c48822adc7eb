import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { LabelInput } from './common.ts';
import { ProviderKind, ScopeKind, Status } from './enums.ts';
import { DateTime } from './scalars.ts';

export enum DeploymentOrder {
  NEWEST_FIRST = 'NEWEST_FIRST',
}
registerEnumType(DeploymentOrder, {
  name: 'DeploymentOrder',
  description: 'The order of a list of deployments.',
  valuesConfig: {
    NEWEST_FIRST: {
      description:
        'By creation date, latest first. Before them what is still queued and has no date (Cloud 66); other rows without a date last.',
    },
  },
});

@InputType({ description: 'Which states to keep. Both given: in the first and not in the second.' })
export class StatusFilter {
  @Field(() => [Status], { nullable: true })
  in?: Status[] | null;

  @Field(() => [Status], { nullable: true })
  notIn?: Status[] | null;
}

@InputType({ description: 'All that is given must hold.' })
export class DeploymentFilter {
  @Field(() => [String], { nullable: true, description: 'Names of providers to ask.' })
  providers?: string[] | null;

  @Field(() => [ProviderKind], { nullable: true, description: 'Kinds of providers to ask.' })
  kinds?: ProviderKind[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only deployments of these scopes and of all that is below them.',
  })
  scopeIds?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names (or the provider’s keys) of environments, without regard to case. Providers without environments have no match.',
  })
  environments?: string[] | null;

  @Field(() => StatusFilter, { nullable: true })
  status?: StatusFilter | null;

  @Field(() => DateTime, { nullable: true, description: 'Made after this moment.' })
  createdAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Made before this moment.' })
  createdBefore?: Date | null;

  @Field(() => String, { nullable: true, description: 'Exactly this `createdBy`.' })
  createdBy?: string | null;

  @Field(() => [LabelInput], { nullable: true, description: 'All of these labels.' })
  labels?: LabelInput[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Only what is (or is not) live.' })
  live?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Part of the name, description, message or native id, without regard to case.',
  })
  search?: string | null;
}

@InputType({ description: 'All that is given must hold.' })
export class ScopeFilter {
  @Field(() => [String], { nullable: true, description: 'Names of providers to ask.' })
  providers?: string[] | null;

  @Field(() => [ScopeKind], { nullable: true })
  kinds?: ScopeKind[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Part of the name, without regard to case.',
  })
  search?: string | null;
}
