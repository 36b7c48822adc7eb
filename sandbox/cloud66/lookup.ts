import { notFound } from './envelope.ts';

/** The item of that id; `what` names it in the 404. */
export function byId<Item extends { id: number }>(
  items: readonly Item[],
  id: string,
  what: string,
): Item {
  return found(
    items.find((item) => String(item.id) === id),
    what,
  );
}

/** The item, if there is one. */
export function found<Item>(item: Item | undefined, what: string): Item {
  if (item === undefined) throw notFound(what);
  return item;
}
