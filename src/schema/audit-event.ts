import { Field, ID, ObjectType } from 'type-graphql';
import { AuditAction } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType({ simpleResolvers: true, description: 'Who did what, as the provider recorded it.' })
export class AuditEvent {
  @Field(() => ID, { description: 'Unique over all providers.' })
  id: string;

  @Field(() => DateTime, { nullable: true })
  occurredAt: Date | null;

  @Field(() => String, { nullable: true, description: 'The user or service that acted.' })
  actor: string | null;

  @Field(() => AuditAction)
  action: AuditAction;

  @Field(() => String, {
    nullable: true,
    description: 'The provider’s word for what was acted on.',
  })
  objectType: string | null;

  @Field(() => String, { nullable: true })
  objectName: string | null;

  @Field(() => String, { nullable: true, description: 'What happened, in the provider’s words.' })
  message: string | null;
}
