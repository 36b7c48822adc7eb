import type { Exception } from '../deviation.ts';

/** Where the Humanitec stand-in follows the provider's documents against the OpenAPI document. */
export const HUMANITEC_EXCEPTIONS: Exception[] = [
  {
    schema: 'DeploymentResponse',
    paths: ['/set_id', '/from_id', '/export_status', '/export_file'],
    rule: 'required',
    reason: 'The example of the description and that of score-humanitec leave these fields out.',
  },
  {
    schema: 'DeploymentErrorResponse',
    paths: ['/summary', '/error_type'],
    rule: 'required',
    reason: 'The example of the errors endpoint has neither of the two.',
  },
  {
    schema: 'DeltaResponse',
    paths: ['/shared'],
    rule: 'required',
    reason: 'The example delta of this schema has no `shared`.',
  },
  {
    schema: 'DeltaMetadataResponse',
    paths: ['/created_by', '/created_at', '/last_modified_at', '/archived'],
    rule: 'required',
    reason: 'The example delta has empty metadata.',
  },
  {
    schema: 'ModuleResponse',
    paths: ['/profile', '/spec', '/externals'],
    rule: 'required',
    reason:
      'The schema serves modules of sets and of the runtime; a set is shown with a module that has ' +
      'a profile alone, and modules of the runtime are made of controllers.',
  },
  {
    schema: 'RuntimeInfoContainerStatus',
    paths: ['/restartCount'],
    rule: 'undeclared',
    reason: 'The schema requires this spelling and describes the field as `restart_count`.',
  },
];
