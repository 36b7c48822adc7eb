import { Field, InputType } from 'type-graphql';

/** What the input of every mutation has. */
@InputType()
export abstract class MutationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'A text of your own, up to 255 letters, unlike that of any other write. Within 24 hours the same key with the same input is done once: repeating it returns the first result, also while the first is still under way.',
  })
  idempotencyKey?: string | null;

  @Field(() => String, { nullable: true, description: 'Comes back in the payload as it is.' })
  clientMutationId?: string | null;
}
