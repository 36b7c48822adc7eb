import { Field, ID, InputType } from 'type-graphql';
import { Status } from './enums.ts';

@InputType({
  description:
    'Which changes of status to be told of. All that is given must hold; within a list one is enough.',
})
export class StatusEventFilter {
  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of the deployments, versions or builds themselves.',
  })
  ids?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'What belongs to these scopes and to all that is below them.',
  })
  scopeIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Names of providers.' })
  providers?: string[] | null;

  @Field(() => [Status], { nullable: true, description: 'Only changes to one of these.' })
  to?: Status[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only changes to a final status: SUCCEEDED, FAILED, CANCELLED, SUPERSEDED.',
  })
  terminalOnly?: boolean | null;
}
