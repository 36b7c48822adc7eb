import { instanceTypeGroupId } from '../../../sandbox/ubiops/version-shapes.ts';
import {
  type Case,
  type Place,
  type Targets,
  HANDLING,
  LABELS,
  refuses,
} from './ubiops-targets.ts';
import type { Sent } from './table.ts';

/** Cases of versions. */
export function versionCases({ isOld, versionOf, path, V }: Place): Case[] {
  const common = {
    ...{ description: 'Second.', labels: LABELS, instanceType: '512mb' },
    ...{ minimumInstances: 1, maximumInstances: 3, maximumIdleTimeSeconds: 60 },
    ...{ requestRetentionTimeSeconds: 3_600, requestRetentionMode: 'metadata' },
    ...{ staticIp: true, restartRequestInterruption: false },
  };
  const sentCommon = {
    ...{ description: 'Second.', labels: { team: 'search' }, instance_type: '512mb' },
    ...{ minimum_instances: 1, maximum_instances: 3, maximum_idle_time: 60 },
    ...{ request_retention_time: 3_600, request_retention_mode: 'metadata' },
    ...{ static_ip: true, restart_request_interruption: false },
  };
  const groupId = instanceTypeGroupId('512mb');
  const fieldsOf = {
    '3.13': {
      ...{ memoryAllocationMib: 512, monitoring: 'alarms', defaultNotificationGroup: 'all' },
      ...{ maximumQueueSizeExpress: 7, maximumQueueSizeBatch: 8 },
    },
    '4.12': {
      ...{ environment: 'python3-11', instanceTypeGroupId: groupId },
      ...{ instanceTypeGroupName: '512mb', instanceProcesses: 2, scalingStrategy: 'moderate' },
      maximumQueueSize: 9,
      ports: [
        { publicPort: 80, deploymentPort: 8_080, protocol: 'udp' },
        { publicPort: 443, deploymentPort: 8_443 },
      ],
    },
  };
  const sentOf = {
    '3.13': {
      ...{ memory_allocation: 512, monitoring: 'alarms', default_notification_group: 'all' },
      ...{ maximum_queue_size_express: 7, maximum_queue_size_batch: 8 },
    },
    '4.12': {
      ...{ environment: 'python3-11', instance_type_group_id: groupId },
      ...{ instance_type_group_name: '512mb', instance_processes: 2 },
      ...{ scaling_strategy: 'moderate', maximum_queue_size: 9 },
      ports: [
        { public_port: 80, deployment_port: 8_080, protocol: 'udp' },
        { public_port: 443, deployment_port: 8_443, protocol: 'tcp' },
      ],
    },
  };
  const own = isOld ? fieldsOf['3.13'] : fieldsOf['4.12'];
  const sentOwn = isOld ? sentOf['3.13'] : sentOf['4.12'];
  const foreign = isOld ? fieldsOf['4.12'] : fieldsOf['3.13'];
  const allForeign = Object.keys(foreign).map((name): [string, string] => ['UNSUPPORTED', name]);
  const language = isOld ? { language: 'python3.8' } : {};

  return [
    {
      what: 'every field of its generation',
      mutation: 'createVersion',
      input: ({ subject }) => ({
        ...{ deploymentId: subject, name: 'v2', ...common, ...own, ...language },
        ...{ idempotencyKey: 'version', ...HANDLING },
      }),
      sent: () => [
        [
          'POST',
          `${path}/subject/versions`,
          { version: 'v2', ...sentCommon, ...sentOwn, ...language },
        ],
      ],
    },
    refuses(
      'createVersion',
      'what the other generation has',
      ({ subject }) => ({
        ...{ deploymentId: subject, name: 'v3', ...foreign },
        ...(!isOld && { language: 'python3.8' }),
      }),
      ...[...(isOld ? [] : [['UNSUPPORTED', 'language'] as [string, string]]), ...allForeign],
    ),
    refuses(
      'createVersion',
      'a label twice',
      ({ subject }) => ({ deploymentId: subject, name: 'v3', labels: [...LABELS, ...LABELS] }),
      ['BAD_USER_INPUT', 'labels'],
    ),
    {
      what: 'a setting that UbiOps refuses',
      mutation: 'createVersion',
      input: ({ subject }) => ({ deploymentId: subject, name: 'v3', minimumInstances: -1 }),
      sent: () => [['POST', `${path}/subject/versions`, { version: 'v3', minimum_instances: -1 }]],
      refused: [['PROVIDER_REJECTED', []]],
    },
    {
      what: 'every field of its generation but the name',
      mutation: 'updateVersion',
      input: ({ version }) => ({
        ...{ versionId: version, ...common, ...own, idempotencyKey: 'change', ...HANDLING },
      }),
      sent: () => [['PATCH', V, { ...sentCommon, ...sentOwn }]],
    },
    refuses(
      'updateVersion',
      'what the other generation has',
      ({ version }) => ({ versionId: version, ...foreign }),
      ...allForeign,
    ),
    ...(isOld
      ? [
          {
            what: 'nobody to tell, which is null',
            mutation: 'updateVersion',
            input: ({ version }: Targets) => ({
              ...{ versionId: version, monitoring: '', defaultNotificationGroup: '' },
            }),
            sent: (): Sent[] => [
              ['PATCH', V, { monitoring: null, default_notification_group: null }],
            ],
          },
        ]
      : []),
    {
      what: 'a new name',
      mutation: 'updateVersion',
      input: () => ({ versionId: versionOf('order-router', 'v3'), name: 'third' }),
      sent: () => [['PATCH', `${path}/order-router/versions/v3`, { version: 'third' }]],
    },
    {
      what: 'by its name',
      mutation: 'deleteVersion',
      input: () => ({
        ...{ versionId: versionOf('price-forecast', 'v30'), idempotencyKey: 'less' },
        ...HANDLING,
      }),
      sent: () => [['DELETE', `${path}/price-forecast/versions/v30`]],
    },
  ];
}
