import type { Feed } from '../runtime';

/** Keeps the newest items and tells listeners about each batch. */
export class FeedKeeper<Item> implements Feed<Item> {
  #items: readonly Item[] = [];
  readonly #listeners = new Set<(items: readonly Item[]) => void>();

  constructor(readonly maxItems: number) {}

  readonly recent = (): readonly Item[] => this.#items;

  readonly watch = (listener: (items: readonly Item[]) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  add(items: readonly Item[]): void {
    if (items.length === 0) return;
    this.#items = [...this.#items, ...items].slice(-this.maxItems);
    for (const listener of this.#listeners) listener(items);
  }
}
