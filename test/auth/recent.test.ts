import { expect, test } from '@jest/globals';
import { rememberViewers } from '../../src/auth/recent.ts';
import type { Viewer } from '../../src/auth/viewers.ts';
import { grantsOfNobody } from '../../src/auth/nobody.ts';

const viewer = (expiresAt = Infinity): Viewer => ({
  grants: { ...grantsOfNobody(false), expiresAt },
  sources: new Map(),
  locate: async () => undefined,
});

function start(find: (headers: object) => Viewer) {
  const asked: object[] = [];
  const remembered = rememberViewers(
    async (headers) => {
      asked.push(headers);
      return find(headers);
    },
    ['cf'],
  );
  return { asked, remembered };
}

test('whoever shows the same is worked out once, whoever shows anything else anew', async () => {
  const { asked, remembered } = start(() => viewer());
  const shown = [
    { authorization: 'a' },
    { authorization: 'b' },
    { 'x-api-key': 'a' },
    { authorization: 'a', 'x-deploygraph-credentials-cf': 't' },
    { authorization: 'a', 'x-deploygraph-credentials-cf': 'u' },
    {},
  ];
  for (const headers of [...shown, ...shown]) await remembered({ ...headers, accept: 'x' });
  expect(asked).toHaveLength(shown.length);
});

test('nobody is remembered who is refused, or whose credentials have expired', async () => {
  const refused = start(() => {
    throw new Error('no');
  });
  await expect(refused.remembered({ authorization: 'a' })).rejects.toThrow('no');
  await expect(refused.remembered({ authorization: 'a' })).rejects.toThrow('no');
  expect(refused.asked).toHaveLength(2);

  const expired = start(() => viewer(Date.now() - 1));
  await expired.remembered({ authorization: 'a' });
  await expired.remembered({ authorization: 'a' });
  expect(expired.asked).toHaveLength(2);
});
