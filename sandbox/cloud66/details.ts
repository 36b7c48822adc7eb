import { EPOCH } from '../clock.ts';
import { hexOf } from '../random.ts';
import { standingOf } from './deployments.ts';
import { DAY, toIso, type Stack } from './model.ts';
import { ACCOUNTS, nameOf } from './profiles.ts';

const ALERTS = [
  'noticent_stack_provisioned_success',
  'noticent_stack_provisioned_failed',
  'noticent_stack_redeploy_success',
  'noticent_stack_redeploy_failed',
  'noticent_server_stopped',
  'noticent_server_back',
];

/** The settings of a stack. Values may be null, a string or a boolean. */
export function settingsOf(stack: Stack) {
  return [
    { key: 'allowed.web.source', value: null, readonly: false, hidden: false },
    { key: 'asset.prefix', value: 'assets', readonly: false, hidden: false },
    { key: 'git.branch', value: stack.gitBranch, readonly: false, hidden: false },
    { key: 'reconfigure.nginx', value: false, readonly: false, hidden: true },
    { key: 'stack.name', value: stack.name, readonly: true, hidden: false },
    { key: 'maintenance.mode', value: stack.maintenanceMode, readonly: false, hidden: false },
  ];
}

/** The variants of a stack: what serves, and on one stack a canary and a preview beside it. */
export function variantsOf(stack: Stack, now: number) {
  const { live } = standingOf(stack, now);
  if (!live) return [];
  const variant = (order: number, type: string, gitHash: string, percentage: number) => ({
    id: stack.index * 10 + order,
    uid: hexOf(32, 'cloud66', 'variant', type, stack.uid),
    variant_type: type,
    git_hash: gitHash,
    created_at: toIso(live.finishesAt),
    percentage,
  });
  if (nameOf(stack) !== 'payments/production') return [variant(1, 'active', live.gitHash, 100)];
  return [
    variant(1, 'active', live.gitHash, 90),
    variant(2, 'canary', hexOf(40, 'cloud66', 'canary', stack.uid), 10),
    variant(3, 'preview', hexOf(40, 'cloud66', 'preview', stack.uid), 0),
  ];
}

/** The alerts of a stack and where they go. */
export function alertsOf(stack: Stack) {
  return ALERTS.map((alert_name) => ({
    alert_name,
    subscriptions: [
      { channel: 'email' },
      ...(stack.index === 0 ? [{ channel: 'slack', slack_channels: ['#releases'] }] : []),
    ],
  }));
}

/** The services of a stack with their containers; a stack that is no cluster has none. */
export function servicesOf(stack: Stack, now: number) {
  const { live } = standingOf(stack, now);
  if (!live || stack.language !== 'docker') return [];
  return ['web', 'worker'].map((name) => ({
    name,
    containers: [
      {
        uid: hexOf(64, 'cloud66', 'container', name, stack.uid, live.id),
        server_uid: hexOf(32, 'cloud66', 'server', stack.uid),
        server_name: 'Cormorant',
        service_name: name,
        image: `registry.example/${stack.name}:${live.gitHash.slice(0, 8)}`,
        port_list: name === 'web' ? '["5128:3000"]' : '[]',
        command: name === 'web' ? 'serve' : 'work',
        started_at: toIso(live.finishesAt),
        web_ports: name === 'web' ? '80:443' : '',
        created_at: toIso(live.finishesAt),
        updated_at: toIso(live.finishesAt),
      },
    ],
  }));
}

/** The accounts of the caller. */
export function accountsOf(stacks: readonly Stack[]) {
  return ACCOUNTS.map((account) => {
    const owned = stacks.filter((stack) => stack.accountId === account.id);
    return {
      id: account.id,
      owner: account.owner,
      created_at_iso: toIso(EPOCH - 4_000 * DAY),
      updated_at_iso: toIso(EPOCH - 100 * DAY),
      stack_count: owned.length,
      used_clouds: [...new Set(owned.map((stack) => stack.cloud.toLowerCase()))],
    };
  });
}
