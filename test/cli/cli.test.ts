import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../src/cli/commands.ts';
import { checkProvider, toTable } from '../../src/cli/check.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import { createSource } from '../../src/datasources/source.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { sandboxConfig } from '../helpers/gateway.ts';

describe('the command line', () => {
  test.each([
    [[], { name: 'start' }],
    [['start'], { name: 'start' }],
    [['check', '--json'], { name: 'check', json: true }],
    [['schema', '--check', 'a'], { name: 'schema', check: 'a', write: undefined }],
    [['help'], { name: 'help' }],
    [['watch', '-h'], { name: 'help' }],
    [
      ['watch', '--url', 'http://x', '--provider', 'a', '--provider', 'b', '--terminal'],
      { name: 'watch', url: 'http://x', providers: ['a', 'b'], terminalOnly: true, key: 'k' },
    ],
  ])('%j', (words, expected) => {
    expect(parseCommand(words, 'k')).toMatchObject(expected);
  });

  test.each([
    [['deploy'], /"deploy" is no command/],
    [['toString'], /"toString" is no command/],
    [['check', 'now'], /"check now" is no command/],
    [['check', '--url', 'x'], /check has no option --url/],
    [['start', '--frob'], /--frob/],
  ])('%j is refused', (words, message) => {
    expect(() => parseCommand(words, undefined)).toThrow(message);
  });
});

describe('check', () => {
  const checkAll = async (sandbox: Sandbox, token: string) => {
    const { providers } = sandboxConfig(sandbox, {}, { credentials: { token } });
    const sources = providers.map((entry) =>
      createSource(REGISTRY[entry.kind], entry, entry.options),
    );
    return Promise.all(sources.map(checkProvider));
  };

  test('tells what works, what refuses the credentials, and what is not there', async () => {
    const sandbox = await startSandbox();
    try {
      for (const result of await checkAll(sandbox, 'sandbox')) {
        expect(result).toMatchObject({ reachable: true, credentials: 'accepted' });
        expect(result.scopes).toBeGreaterThan(0);
        expect(result.problem).toBeUndefined();
      }
      for (const result of await checkAll(sandbox, 'wrong')) {
        expect(result).toMatchObject({ reachable: true, credentials: 'refused' });
        expect(result.problem).not.toContain('wrong');
      }
    } finally {
      await sandbox.close();
    }
    const gone = await checkAll(sandbox, 'sandbox');
    for (const result of gone) {
      expect(result).toMatchObject({ reachable: false, credentials: undefined, scopes: undefined });
      expect(result.problem).toMatch(/could not be reached/);
    }
    const lines = toTable(gone).split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^ubiops +UBIOPS +no +- +- +- +ubiops could not be reached/);
  });
});
