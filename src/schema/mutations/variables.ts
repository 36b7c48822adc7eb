import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { MutationInput } from './input.ts';

export enum VariableMode {
  MERGE = 'MERGE',
  REPLACE = 'REPLACE',
}
registerEnumType(VariableMode, {
  name: 'VariableMode',
  description: 'What happens to variables of the owner that are not named.',
  valuesConfig: {
    MERGE: { description: 'They stay as they are.' },
    REPLACE: { description: 'They are deleted. Inherited and read-only ones stay.' },
  },
});

export enum Cloud66ApplyStrategy {
  DEPLOYMENT = 'DEPLOYMENT',
  IMMEDIATELY = 'IMMEDIATELY',
}
registerEnumType(Cloud66ApplyStrategy, {
  name: 'Cloud66ApplyStrategy',
  description: 'When a changed variable reaches what runs on a Cloud 66 stack.',
  valuesConfig: {
    DEPLOYMENT: { description: 'With the next deployment.' },
    IMMEDIATELY: { description: 'At once.' },
  },
});

@InputType({
  description:
    'A secret that is in a secret store of the Humanitec organization already: only where it is gets told.',
})
export class HumanitecSecretReferenceInput {
  @Field(() => String, {
    description: 'The id of the store. It cannot be "humanitec", Humanitec’s own.',
  })
  store: string;

  @Field(() => String, { description: 'Where the secret is, as that store writes it.' })
  ref: string;

  @Field(() => String, { nullable: true, description: 'Which version of it; absent: the newest.' })
  version?: string | null;
}

@InputType({ description: 'One variable to set.' })
export class EnvironmentVariableInput {
  @Field(() => String, { description: 'Its name, by the provider’s rules.' })
  name: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its value. Absent: it stays, which is for `newName` and for making it secret.',
  })
  value?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the provider keeps the value from being read. Absent: as it is, and not secret where it is new. A secret cannot become readable again.',
  })
  secret?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new name. Not for a secret, except on UbiOps.',
  })
  newName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What it is for (Humanitec). Absent: it stays; "" removes it.',
  })
  description?: string | null;

  @Field(() => HumanitecSecretReferenceInput, {
    nullable: true,
    description: 'In the place of `value`: where a secret store keeps it (Humanitec).',
  })
  secretReference?: HumanitecSecretReferenceInput | null;
}

@InputType({ description: 'Another name for a variable that is copied.' })
export class VariableRenameInput {
  @Field(() => String, { description: 'Its name where it is copied from.' })
  name: string;

  @Field(() => String, { description: 'Its name at the other owner, by the rules there.' })
  newName: string;
}

@InputType({ description: 'Creates and changes the variables of an owner.' })
export class SetEnvironmentVariablesInput extends MutationInput {
  @Field(() => ID, {
    description: 'A scope, or on UbiOps a deployment or version, whose own variables are set.',
  })
  ownerId: string;

  @Field(() => [EnvironmentVariableInput], { description: 'From 1 to 200, each name once.' })
  variables: EnvironmentVariableInput[];

  @Field(() => VariableMode, {
    defaultValue: VariableMode.MERGE,
    description: 'What happens to those of the owner that are not named.',
  })
  mode: VariableMode;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Store values that are asked to be secret in plain text where the provider keeps no secrets. Otherwise they are refused.',
  })
  allowPlaintext: boolean;

  @Field(() => Cloud66ApplyStrategy, {
    nullable: true,
    description: 'When the stack gets them (Cloud 66). Absent: as the stack’s own settings say.',
  })
  applyStrategy?: Cloud66ApplyStrategy | null;
}

@InputType({ description: 'Deletes variables of an owner by name.' })
export class DeleteEnvironmentVariablesInput extends MutationInput {
  @Field(() => ID, { description: 'The owner whose own variables are deleted.' })
  ownerId: string;

  @Field(() => [String], { description: 'From 1 to 200, each once.' })
  names: string[];
}

@InputType({ description: 'Copies variables from one owner to another, also between providers.' })
export class CopyEnvironmentVariablesInput extends MutationInput {
  @Field(() => ID, { description: 'The owner to copy from: what is in effect there.' })
  fromId: string;

  @Field(() => ID, { description: 'The owner to copy to, also of another provider.' })
  toId: string;

  @Field(() => [String], { nullable: true, description: 'Only these; absent: all.' })
  names?: string[] | null;

  @Field(() => [VariableRenameInput], {
    nullable: true,
    description:
      'Other names for some of them at the other owner, where a variable of that name is replaced, as in any copy. Two that would get one name are refused. The provider’s own copy knows no other names and is not used then.',
  })
  renames?: VariableRenameInput[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Copy secrets also to where they can be read, because the provider there keeps none. Otherwise they are refused. Only for secrets that their own provider tells the gateway (Cloud 66), and for who may deploy there.',
  })
  allowPlaintext: boolean;

  @Field(() => Cloud66ApplyStrategy, {
    nullable: true,
    description: 'When the stack gets them, where one is copied to (Cloud 66).',
  })
  applyStrategy?: Cloud66ApplyStrategy | null;
}
