import type { Exception } from '../deviation.ts';

/** What is true of both generations. */
const BOTH: Exception[] = [
  {
    schema: 'EnvironmentVariableList',
    paths: [''],
    rule: 'type',
    reason:
      'The examples of reading one variable show a list of one, where one object is declared.',
  },
  {
    schema: 'InputOutputWidgetList',
    paths: ['/type', '/configuration'],
    rule: 'absent',
    reason: 'The examples show a field without a widget as one whose widget is empty.',
  },
];

const LAST_FILE_UPLOAD: Exception[] = [
  {
    schema: 'DeploymentVersionDetail',
    paths: ['/last_file_upload'],
    rule: 'absent',
    reason: 'The examples spell this field `last_file_uploaded`.',
  },
  {
    schema: 'DeploymentVersionDetail',
    paths: ['/last_file_uploaded'],
    rule: 'undeclared',
    reason: 'This is how the examples spell `last_file_upload`.',
  },
];

const IMPOSSIBLE_TIME = 'Some examples print the impossible time 18:04:76.';
const NO_LABELS = 'The example deployment without labels has no such field.';

/** Where the UbiOps stand-in follows the documentation's examples against the client's models. */
export const UBIOPS_EXCEPTIONS: Record<'3.13' | '4.12', Exception[]> = {
  '3.13': [
    ...BOTH,
    {
      schema: 'InheritedEnvironmentVariableList',
      paths: ['/value'],
      rule: 'length',
      reason: 'Only the client of 3.13 refuses an empty value; the API serves it.',
    },
    ...LAST_FILE_UPLOAD,
    ...['DeploymentList', 'DeploymentVersionList', 'DeploymentVersionDetail'].map(
      (schema): Exception => ({
        schema,
        paths: ['/last_updated'],
        rule: 'format',
        reason: IMPOSSIBLE_TIME,
      }),
    ),
    {
      schema: 'DeploymentList',
      paths: ['/number_of_versions'],
      rule: 'absent',
      reason: 'Only the model has this number; text and examples of the documentation do not.',
    },
    { schema: 'DeploymentList', paths: ['/labels'], rule: 'absent', reason: NO_LABELS },
    { schema: 'DeploymentDetail', paths: ['/labels'], rule: 'absent', reason: NO_LABELS },
  ],
  '4.12': BOTH,
};

/** The same for the answers to writes. */
export const UBIOPS_WRITE_EXCEPTIONS: Record<'3.13' | '4.12', Exception[]> = {
  '3.13': LAST_FILE_UPLOAD,
  '4.12': [],
};
