import { describe, expect, it } from '@jest/globals';
import { parsePosition, positionCursor, parseCursor, toCursor } from '../../src/cursors.ts';
import { parseId, parseVariable, toId, toRef, variableId } from '../../src/ids.ts';

describe('global ids', () => {
  it('carry provider, type and keys, whatever characters these have', () => {
    const keys = ['a/b', '', 'ü "quoted" \\ , |', '5'];
    expect(parseId(toId('cf-prod', 'Deployment', keys))).toMatchObject({
      provider: 'cf-prod',
      type: 'Deployment',
      keys,
    });
  });

  it('differ as soon as anything differs', () => {
    const ids = [
      toId('a', 'Scope', ['x', 'y']),
      toId('a', 'Scope', ['xy']),
      toId('a', 'Scope', ['x', 'y', '']),
      toId('b', 'Scope', ['x', 'y']),
      toId('a', 'Version', ['x', 'y']),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('say of a row that has not begun that it comes first', () => {
    const position = { createdAt: null, id: 'x', upcoming: true };
    expect(parsePosition(positionCursor(position))).toEqual(position);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['another JSON', Buffer.from('{"a":1}').toString('base64url')],
    ['numbers', Buffer.from('["a","d",7]').toString('base64url')],
    ['an unknown type', Buffer.from('["a","x","7"]').toString('base64url')],
    ['too few parts', Buffer.from('["a"]').toString('base64url')],
    ['padding', `${toId('a', 'Scope', ['xyz'])}=`],
    ['a tail', `${toId('a', 'Scope', ['x'])} `],
    ['other spacing', Buffer.from('["a", "s", "x"]').toString('base64url')],
    ['10,000 characters', toId('a', 'Scope', ['x'.repeat(10_000)])],
  ])('are not made of %s', (_what, id) => {
    expect(parseId(id)).toBeUndefined();
  });

  it('name a variable by the owner that was asked', () => {
    const owner = toRef('p', 'Version', ['project', 'deployment', 'v1']);
    const other = toRef('p', 'Deployment', ['project', 'deployment']);
    const ref = parseId(variableId(owner, 'LOG_LEVEL'));
    expect(ref && parseVariable(ref)).toEqual({ owner, name: 'LOG_LEVEL' });
    expect(variableId(other, 'LOG_LEVEL')).not.toBe(variableId(owner, 'LOG_LEVEL'));
    expect(parseVariable(toRef('p', 'EnvironmentVariable', ['?', 'x']))).toBeUndefined();
    expect(parseVariable(toRef('p', 'EnvironmentVariable', ['v']))).toBeUndefined();
  });
});

describe('cursors', () => {
  it.each([new Date('2026-06-01T12:00:00.123Z'), null])(
    'say where a row of %s stands',
    (createdAt) => {
      const position = { createdAt, id: 'x' };
      expect(parsePosition(positionCursor(position))).toEqual(position);
    },
  );

  it.each([
    ['nothing', ''],
    ['an id', toId('a', 'Scope', ['x'])],
    ['another list', toCursor('name', ['a', 'b'])],
    ['no id', toCursor('newest', [5])],
    ['no date', toCursor('newest', ['yesterday', 'x'])],
    ['an impossible date', toCursor('newest', [9e15, 'x'])],
    ['rubbish', '!!!'],
  ])('are not made of %s', (_what, cursor) => {
    expect(() => parsePosition(cursor)).toThrow(/after: /);
  });

  it('belong to their order', () => {
    expect(parseCursor('audit', toCursor('audit', ['7', null]))).toEqual(['7', null]);
    expect(() => parseCursor('audit', toCursor('name', ['7']))).toThrow(/no cursor of this list/);
  });
});
