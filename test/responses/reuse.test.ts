import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createInvalidations } from '../../src/cache/invalidations.ts';
import { createResponseReuse } from '../../src/responses/reuse.ts';
import { createResponseStore, type StoredResponse } from '../../src/responses/store.ts';
import {
  createPersistedQueries,
  persistedQuerySettings,
} from '../../src/server/persisted-queries.ts';
import { createDocumentFinder, createTextFinder } from '../../src/server/trusted-documents.ts';

const response = (text: string, more: Partial<StoredResponse> = {}): StoredResponse => ({
  body: Buffer.from(text),
  headers: [],
  freshUntil: 1_000,
  tags: new Set([['a']]),
  ...more,
});

const body = (query: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({ query, ...more });

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
/** A request that names its document by hash. */
const named = (text: string, more: Record<string, unknown> = {}) => {
  const persistedQuery = { version: 1, sha256Hash: hashOf(text) };
  return JSON.stringify({ extensions: { persistedQuery }, ...more });
};
const TRUSTED = 'query Trusted { t }';

function start(maxBytes = 100_000) {
  let now = 0;
  const invalidations = createInvalidations();
  const store = createResponseStore(maxBytes, invalidations, () => now);
  const persisted = createPersistedQueries(persistedQuerySettings.parse({}), undefined);
  const file = { [hashOf(TRUSTED)]: TRUSTED };
  const find = createDocumentFinder({ file, only: false });
  const reuse = createResponseReuse(store, createTextFinder(find, persisted));
  return {
    store,
    persisted,
    invalidate: (tags: string[] | undefined) => invalidations.add(tags),
    at: (moment: number) => (now = moment),
    kind: (scope: string, text: string) => reuse.claim(scope, Buffer.from(text)).kind,
    lead: (scope: string, text: string) => {
      const claim = reuse.claim(scope, Buffer.from(text));
      if (claim.kind !== 'lead') throw new Error(`not a lead: ${claim.kind}`);
      return claim.lead;
    },
    join: (scope: string, text: string) => {
      const claim = reuse.claim(scope, Buffer.from(text));
      if (claim.kind !== 'running') throw new Error(`not running: ${claim.kind}`);
      return claim.outcome;
    },
  };
}

const QUERY = body('{ viewer { name } }');

describe('equal operations', () => {
  test.each([['white space and comments', '{ viewer\n  # who\n { name, } }', '{viewer{name}}']])(
    '%s make no difference',
    (_what, left, right) => {
      const { lead, kind } = start();
      lead('v', body(left)).settle(response('x'));
      expect(kind('v', body(right))).toBe('stored');
    },
  );

  test('the order of variables makes none, their values do', () => {
    const { lead, kind } = start();
    const query = 'query Q($a: Int, $b: [Int]) { q(a: $a, b: $b) }';
    lead('v', body(query, { variables: { a: 1, b: [1, 2] } })).settle(response('x'));
    expect(kind('v', body(query, { variables: { b: [1, 2], a: 1 } }))).toBe('stored');
    expect(kind('v', body(query, { variables: { a: 1, b: [2, 1] } }))).toBe('lead');
    expect(kind('v', body(query))).toBe('lead');
  });

  test('another scope, or another operation of the document, is another question', () => {
    const { lead, kind } = start();
    const query = 'query A { a } query B { b }';
    lead('v', body(query, { operationName: 'A' })).settle(response('x'));
    expect(kind('v', body(query, { operationName: 'A' }))).toBe('stored');
    expect(kind('v', body(query, { operationName: 'B' }))).toBe('lead');
    expect(kind('w', body(query, { operationName: 'A' }))).toBe('lead');
  });

  test.each([
    ['a mutation', body('mutation { m }')],
    [
      'a document with a mutation in it',
      body('query A { a } mutation B { b }', { operationName: 'A' }),
    ],
    ['a subscription', body('subscription { s }')],
    ['two operations and no name', body('query A { a } query B { b }')],
    ['a name that is not there', body('query A { a }', { operationName: 'B' })],
    ['a syntax error', body('{ a')],
    ['a batch', JSON.stringify([{ query: '{ a }' }])],
    ['a text that is to be registered', named('{ a }', { query: '{ a }' })],
    ['a persisted query that nobody knows', named('{ a }')],
    ['a hash that is none', body('{ a }', { extensions: { persistedQuery: {} } })],
    ['a trusted document that is not there', JSON.stringify({ documentId: hashOf('{ a }') })],
    ['no JSON', '{'],
    ['no query', '{}'],
    ['null', 'null'],
  ])('%s is never shared', (_what, text) => {
    expect(start().kind('v', text)).toBe('alone');
  });
});

describe('an operation by hash', () => {
  test('is that of its text, once the text is at hand', () => {
    const { lead, kind, persisted } = start();
    expect(kind('v', named('{ a }'))).toBe('alone');
    persisted.keep(hashOf('{ a }'), '{ a }');
    lead('v', named('{ a }')).settle(response('x'));
    expect(kind('v', body('{ a }'))).toBe('stored');
    expect(kind('v', named('{ a }', { variables: { b: 1 } }))).toBe('lead');
  });

  test('is never shared where it is a mutation', () => {
    const { kind, persisted } = start();
    persisted.keep(hashOf('mutation { m }'), 'mutation { m }');
    expect(kind('v', named('mutation { m }'))).toBe('alone');
  });

  test('is that of a trusted document', () => {
    const { lead, kind } = start();
    lead('v', body(TRUSTED)).settle(response('x'));
    expect(kind('v', JSON.stringify({ documentId: hashOf(TRUSTED) }))).toBe('stored');
    expect(kind('v', JSON.stringify({ documentId: `sha256:${hashOf(TRUSTED)}` }))).toBe('stored');
    expect(kind('v', named(TRUSTED))).toBe('stored');
  });

  test('other extensions make no difference', () => {
    const { lead, kind } = start();
    const extensions = { clientLibrary: { name: '@apollo/client', version: '4.0.0' } };
    lead('v', body('{ a }', { extensions })).settle(response('x'));
    expect(kind('v', body('{ a }'))).toBe('stored');
  });
});

describe('sharing', () => {
  test('whoever comes while it runs is told the same, and whoever comes later', async () => {
    const { lead, join, kind } = start();
    const first = lead('v', QUERY);
    const waiting = join('v', QUERY);
    first.settle(response('x'));
    expect((await waiting)?.body.toString()).toBe('x');
    expect(kind('v', QUERY)).toBe('stored');
  });

  test('what is not to be shared is nobody else’s, and the next one runs it again', async () => {
    const { lead, join, kind } = start();
    const first = lead('v', QUERY);
    const waiting = join('v', QUERY);
    first.settle(undefined);
    expect(await waiting).toBeUndefined();
    expect(kind('v', QUERY)).toBe('lead');
  });

  test('only the first outcome counts', () => {
    const { lead, kind } = start();
    const first = lead('v', QUERY);
    first.settle(undefined);
    const second = lead('v', QUERY);
    first.settle(response('late'));
    expect(kind('v', QUERY)).toBe('running');
    second.settle(response('x'));
    expect(kind('v', QUERY)).toBe('stored');
  });
});

describe('freshness', () => {
  test('ends when what it rests on is no longer fresh', () => {
    const { lead, kind, at } = start();
    lead('v', QUERY).settle(response('x', { freshUntil: 10 }));
    at(9);
    expect(kind('v', QUERY)).toBe('stored');
    at(10);
    expect(kind('v', QUERY)).toBe('lead');
  });

  test('an invalidated tag drops what rests on it and nothing else', () => {
    const { lead, kind, invalidate } = start();
    lead('v', QUERY).settle(response('x', { tags: new Set([['a'], ['b', 'p']]) }));
    lead('w', QUERY).settle(response('y', { tags: new Set([['c', 'p']]) }));
    invalidate(['b']);
    expect(kind('v', QUERY)).toBe('lead');
    expect(kind('w', QUERY)).toBe('stored');
  });

  test('what was invalidated while the operation ran is neither kept nor shared', async () => {
    const { lead, join, kind, invalidate } = start();
    const first = lead('v', QUERY);
    const waiting = join('v', QUERY);
    invalidate(['a']);
    first.settle(response('x', { tags: new Set([['a']]) }));
    expect(await waiting).toBeUndefined();
    expect(kind('v', QUERY)).toBe('lead');
  });

  test('invalidations that may have been missed count for everything, also for what runs', () => {
    const { lead, kind, invalidate } = start();
    const running = lead('w', QUERY);
    lead('v', QUERY).settle(response('x'));
    invalidate(undefined);
    running.settle(response('y'));
    expect(kind('v', QUERY)).toBe('lead');
    expect(kind('w', QUERY)).toBe('lead');
  });
});

test('the bytes are bounded, and nothing is left of what had to go', () => {
  const { lead, kind, store } = start(10_000);
  for (let index = 0; index < 200; index += 1) {
    const text = body('query Q($n: Int) { q(n: $n) }', { variables: { n: index } });
    lead('v', text).settle(response('x'.repeat(1_000), { tags: new Set([[`t${index}`]]) }));
    expect(store.bytes()).toBeLessThanOrEqual(10_000);
  }
  expect(kind('v', body('query Q($n: Int) { q(n: $n) }', { variables: { n: 0 } }))).toBe('lead');
  expect(kind('v', body('query Q($n: Int) { q(n: $n) }', { variables: { n: 199 } }))).toBe(
    'stored',
  );
});
