// @ts-check

/** What every contestant sends: one change of status, about 340 bytes as a message. */
export const QUERY = `subscription Board($filter: StatusEventFilter) {
  deploymentStatusChanged(filter: $filter) { cursor subjectId from to rawStatus }
}`;

/** @param {string[]} parts */
export const toId = (parts) => Buffer.from(JSON.stringify(parts)).toString('base64url');

export const SCOPE_ID = toId(['cf', 's', 'app', '11111111-1111-4111-8111-111111111111']);
export const SUBJECT_ID = toId([
  'cf',
  'd',
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
]);
export const RAW_STATUS = 'ACTIVE/DEPLOYING'.padEnd(60, '.');

/** The variables of a subscriber. @param {boolean} isEqual @param {number} number */
export function variablesOf(isEqual, number) {
  if (isEqual) return { filter: { providers: ['cf'] } };
  return { filter: { ids: [SUBJECT_ID, toId(['cf', 'd', 'a', `n${number}`])] } };
}

/**
 * Listens to the runner: `{ events }` publishes so many, one after the other.
 * @param {(number: number) => unknown} publish
 */
export function obey(publish) {
  process.on('message', async (/** @type {{ events: number }} */ { events }) => {
    const startedAt = process.hrtime.bigint();
    for (let number = 0; number < events; number += 1) {
      await publish(number);
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.send?.({ startedAt: String(startedAt) });
  });
  process.once('disconnect', () => process.exit(0));
}
