import { createUnionType } from 'type-graphql';
import {
  Cloud66DeploymentDetails,
  Cloud66RevisionDetails,
  Cloud66VersionDetails,
} from './cloud66.ts';
import {
  CloudFoundryBuildDetails,
  CloudFoundryDeploymentDetails,
  CloudFoundryRevisionDetails,
  CloudFoundryVersionDetails,
} from './cloudfoundry.ts';
import {
  HumanitecDeploymentDetails,
  HumanitecRevisionDetails,
  HumanitecVersionDetails,
} from './humanitec.ts';
import {
  UbiOpsBuildDetails,
  UbiOpsDeploymentDetails,
  UbiOpsRevisionDetails,
  UbiOpsVersionDetails,
} from './ubiops.ts';

const resolveType = (value: { readonly __typename: string }) => value.__typename;

export const DeploymentDetails = createUnionType({
  name: 'DeploymentDetails',
  description: 'What only one provider has of a deployment, one member for each kind.',
  types: () =>
    [
      UbiOpsDeploymentDetails,
      HumanitecDeploymentDetails,
      Cloud66DeploymentDetails,
      CloudFoundryDeploymentDetails,
    ] as const,
  resolveType,
});

export const VersionDetails = createUnionType({
  name: 'VersionDetails',
  description: 'What only one provider has of a version.',
  types: () =>
    [
      UbiOpsVersionDetails,
      HumanitecVersionDetails,
      Cloud66VersionDetails,
      CloudFoundryVersionDetails,
    ] as const,
  resolveType,
});

export const BuildDetails = createUnionType({
  name: 'BuildDetails',
  description: 'What only one provider has of a build.',
  types: () => [UbiOpsBuildDetails, CloudFoundryBuildDetails] as const,
  resolveType,
});

export const RevisionDetails = createUnionType({
  name: 'RevisionDetails',
  description: 'What only one provider has of a revision.',
  types: () =>
    [
      UbiOpsRevisionDetails,
      HumanitecRevisionDetails,
      Cloud66RevisionDetails,
      CloudFoundryRevisionDetails,
    ] as const,
  resolveType,
});
