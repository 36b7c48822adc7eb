import { Field, ID, InputType } from 'type-graphql';
import { LabelInput } from '../common.ts';
import { JSONValue } from '../scalars.ts';
import { MutationInput } from './input.ts';

@InputType({ description: 'One field of the structured input or output of a UbiOps deployment.' })
export class UbiOpsFieldInput {
  @Field(() => String, { description: 'Unlike that of the other fields on its side.' })
  name: string;

  @Field(() => String, { description: 'UbiOps’ word: "int", "double", "string", "file" …' })
  dataType: string;

  @Field(() => JSONValue, {
    nullable: true,
    description:
      'How UbiOps’ own form shows it: `type`, for instance "slider", and `configuration`, a map of texts.',
  })
  widget?: unknown;
}

/** What can be set of a service. Absent or null: left as it is, or the provider's default. */
@InputType()
export abstract class ServiceFields extends MutationInput {
  @Field(() => String, { nullable: true, description: 'Up to 400 letters; "" removes it.' })
  description?: string | null;

  @Field(() => [UbiOpsFieldInput], {
    nullable: true,
    description: 'What a request has to say; replaces all. Only where the input is structured.',
  })
  inputFields?: UbiOpsFieldInput[] | null;

  @Field(() => [UbiOpsFieldInput], {
    nullable: true,
    description: 'What an answer says; replaces all. Only where the output is structured.',
  })
  outputFields?: UbiOpsFieldInput[] | null;

  @Field(() => [LabelInput], { nullable: true, description: 'All labels; replaces the old ones.' })
  labels?: LabelInput[] | null;
}

@InputType({ description: 'Creates a service in a project (UbiOps).' })
export class CreateDeploymentInput extends ServiceFields {
  @Field(() => ID, { description: 'The UbiOps project.' })
  scopeId: string;

  @Field(() => String, { description: 'From 1 to 64 letters; unlike that of others.' })
  name: string;

  @Field(() => String, {
    nullable: true,
    description:
      '"structured": requests have `inputFields`. "plain": they are any text. Absent: structured where there are fields.',
  })
  inputType?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The same for answers and `outputFields`.',
  })
  outputType?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it takes requests through UbiOps’ request format (API 4).',
  })
  supportsRequestFormat?: boolean | null;
}

@InputType({ description: 'Changes a service; what is left out stays.' })
export class UpdateDeploymentInput extends ServiceFields {
  @Field(() => ID, { description: 'A service.' })
  deploymentId: string;

  @Field(() => String, { nullable: true, description: 'A new name. The id changes with it.' })
  name?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The version that answers requests which name none. It must be available.',
  })
  defaultVersionId?: string | null;
}

@InputType({ description: 'Deletes a service with all its versions.' })
export class DeleteDeploymentInput extends MutationInput {
  @Field(() => ID, { description: 'A service. Rollouts cannot be deleted.' })
  deploymentId: string;
}
