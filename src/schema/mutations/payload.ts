import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Build } from '../build.ts';
import { Deployment } from '../deployment.ts';
import { EnvironmentVariable } from '../environment-variable.ts';
import { ErrorCode } from '../enums.ts';
import { Revision } from '../revision.ts';
import { DateTime } from '../scalars.ts';
import { Version } from '../version.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'What is wrong with an input. Changing it, or waiting, can mend it.',
})
export class UserError {
  @Field(() => [String], {
    description: 'The argument below `input`, outermost first; empty: the input as a whole.',
  })
  field: string[];

  @Field(() => ErrorCode)
  code: ErrorCode;

  @Field(() => String)
  message: string;

  @Field(() => String, { nullable: true, description: 'The provider’s own code for it.' })
  providerCode: string | null;
}

/** What every payload has. */
@ObjectType({ simpleResolvers: true })
export abstract class MutationPayload {
  @Field(() => [UserError], { description: 'Empty: all was done.' })
  userErrors: UserError[];

  @Field(() => String, { nullable: true, description: 'As it was sent.' })
  clientMutationId: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a deployment.' })
export class DeploymentPayload extends MutationPayload {
  @Field(() => Deployment, {
    nullable: true,
    description: 'As it is now. Null where nothing was done, and while it is `queued`.',
  })
  deployment: Deployment | null;

  @Field(() => Boolean, {
    description: 'The provider took it on and does not show the deployment yet (Cloud 66).',
  })
  queued: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a version.' })
export class VersionPayload extends MutationPayload {
  @Field(() => Version, { nullable: true, description: 'As it is now.' })
  version: Version | null;
}

@ObjectType({ simpleResolvers: true, description: 'A header that a request must have.' })
export class HttpHeader {
  @Field(() => String)
  name: string;

  @Field(() => String)
  value: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Where to send a file to, once. The answer to it has the revision and its build.',
})
export class RevisionUpload {
  @Field(() => String, { description: 'Of the gateway. Whoever has it can use it.' })
  url: string;

  @Field(() => String, { description: 'The HTTP method, "PUT".' })
  method: string;

  @Field(() => [HttpHeader])
  headers: HttpHeader[];

  @Field(() => DateTime)
  expiresAt: Date;

  @Field(() => Float, { description: 'How large the file may be, in bytes.' })
  maxBytes: number;
}

@ObjectType({ simpleResolvers: true, description: 'Where to send the file of a revision.' })
export class RevisionUploadPayload extends MutationPayload {
  @Field(() => RevisionUpload, { nullable: true })
  upload: RevisionUpload | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What became of a revision, and the build that was made of it.',
})
export class RevisionPayload extends MutationPayload {
  @Field(() => Revision, { nullable: true, description: 'As it is now.' })
  revision: Revision | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a build.' })
export class BuildPayload extends MutationPayload {
  @Field(() => Build, { nullable: true, description: 'As it is now.' })
  build: Build | null;
}

@ObjectType({ simpleResolvers: true, description: 'What was deleted.' })
export class DeletePayload extends MutationPayload {
  @Field(() => ID, { nullable: true, description: 'The id of what is no more.' })
  deletedId: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The variables as they are now, and what could not be changed.',
})
export class EnvironmentVariablesPayload extends MutationPayload {
  @Field(() => [EnvironmentVariable], {
    nullable: true,
    description: 'What is in effect for the owner now. Null where nothing was done.',
  })
  environmentVariables: EnvironmentVariable[] | null;

  @Field(() => [String], {
    description: 'Names that were set, copied or deleted. Each of the others is in `userErrors`.',
  })
  changedNames: string[];
}
