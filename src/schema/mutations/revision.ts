import { Field, ID, InputType } from 'type-graphql';
import { MutationInput } from './input.ts';

@InputType({ description: 'Asks for a URL to send the zip file of a new revision to.' })
export class RequestRevisionUploadInput extends MutationInput {
  @Field(() => ID, { description: 'The UbiOps version that the file becomes a revision of.' })
  versionId: string;
}

@InputType({
  description: 'Copies from `fromVersionId` or from `templateId`: exactly one of them.',
})
export class CopyRevisionInput extends MutationInput {
  @Field(() => ID, { description: 'The UbiOps version that gets a new revision.' })
  versionId: string;

  @Field(() => ID, {
    nullable: true,
    description: 'A version of the same project, whose active revision is copied.',
  })
  fromVersionId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The id of a template: code that UbiOps offers to begin with (API 4).',
  })
  templateId?: string | null;
}

@InputType({ description: 'Builds a revision once more.' })
export class RebuildRevisionInput extends MutationInput {
  @Field(() => ID, { description: 'A UbiOps revision.' })
  revisionId: string;
}

@InputType({ description: 'Stops a build that has not ended.' })
export class CancelBuildInput extends MutationInput {
  @Field(() => ID, { description: 'A UbiOps build that is under way.' })
  buildId: string;
}
