import { describe, expect, it } from '@jest/globals';
import { createInvalidations } from '../../src/cache/invalidations.ts';
import { createMemory } from '../../src/cache/memory.ts';

describe('invalidations', () => {
  it('make void what began to be read before, by its tags', () => {
    const past = createInvalidations();
    const before = past.moment();
    past.add(['a', 'b']);
    expect(past.isVoid(['x', 'b'], before)).toBe(true);
    expect(past.isVoid(['x'], before)).toBe(false);
    expect(past.isVoid(['b'], past.moment())).toBe(false);
    past.add(undefined);
    expect(past.isVoid(['x'], before)).toBe(true);
    expect(past.isVoid(['x'], past.moment())).toBe(false);
  });

  it('count for everything older, once they are too many to be remembered', () => {
    const past = createInvalidations(2);
    const first = past.moment();
    past.add(['a']);
    past.add(['b']);
    past.add(['a']);
    const last = past.moment();
    expect(past.isVoid(['x'], first)).toBe(false);
    past.add(['c']);
    expect(past.isVoid(['x'], first)).toBe(true);
    expect(past.isVoid(['x'], last)).toBe(false);
    expect(past.isVoid(['a'], last - 1)).toBe(true);
    expect(past.isVoid(['c'], last)).toBe(true);
  });
});

describe('the memory', () => {
  const entry = (tags: string[], asOf: number) => ({
    value: 1,
    tags,
    bytes: 8,
    asOf,
    softUntil: 10,
    hardUntil: 20,
    keptUntil: 30,
    quietUntil: 0,
  });

  it('never gives what became void, also when more was invalidated since it looked', () => {
    const invalidations = createInvalidations();
    const memory = createMemory(10_000, invalidations);
    memory.set('a', entry(['t'], invalidations.moment()));
    invalidations.add(['other']);
    expect(memory.get('a')?.value).toBe(1);
    invalidations.add(['t']);
    invalidations.add(['other']);
    expect(memory.get('a')).toBeUndefined();
    expect(memory.bytes()).toBe(0);
  });

  it('leaves what it may have missed changes of to stand in, and not what was void already', () => {
    const invalidations = createInvalidations();
    const memory = createMemory(10_000, invalidations);
    memory.set('a', entry(['t'], invalidations.moment()));
    memory.set('b', entry(['u'], invalidations.moment()));
    const reading = invalidations.moment();
    invalidations.add(['u']);
    memory.distrust();
    expect(memory.get('a')).toMatchObject({ softUntil: 0, hardUntil: 0, keptUntil: 30 });
    expect(memory.get('b')).toBeUndefined();
    expect(invalidations.isVoid(['t'], reading)).toBe(true);
  });
});
