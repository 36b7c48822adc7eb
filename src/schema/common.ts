import { Field, InputType, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'A key and its value, set by users.' })
export class Label {
  @Field(() => String)
  key: string;

  @Field(() => String)
  value: string;
}

@InputType({ description: 'A label that must be there with exactly this value.' })
export class LabelInput {
  @Field(() => String, { description: 'Its name, by the provider’s rules.' })
  key: string;

  @Field(() => String, { description: 'What it says; the provider may restrict it.' })
  value: string;
}

@ObjectType({ simpleResolvers: true, description: 'A commit in the source repository.' })
export class Commit {
  @Field(() => String, { description: 'The full hash.' })
  sha: string;

  @Field(() => String, { nullable: true, description: 'The branch or tag it was taken from.' })
  ref: string | null;

  @Field(() => String, { nullable: true, description: 'The page of the commit.' })
  url: string | null;
}

/** The labels of an object that the provider sends as a plain map. */
export function toLabels(map: Record<string, string> | null | undefined): Label[] {
  return Object.entries(map ?? {}).map(([key, value]) => ({ key, value }));
}
