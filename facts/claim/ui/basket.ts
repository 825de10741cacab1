import { useSyncExternalStore } from 'react';

/** Change is what somebody typed over of a quarantined row, by column. */
export type Change = Record<string, string>;
type Basket = ReadonlyMap<number, Change>;

const none: Basket = new Map();
const baskets = new Map<string, Basket>();
const hearers = new Set<() => void>();

function put(source: string, basket: Basket) {
  baskets.set(source, basket);
  for (const hear of hearers) hear();
}

/** basket keeps the corrections of a source until they are sent, while the page is not loaded anew: they may hold identities, so they stay in memory. */
export const basket = {
  set: (source: string, n: number, change: Change) => put(source, new Map(baskets.get(source) ?? none).set(n, change)),
  drop(source: string, n: number) {
    const left = new Map(baskets.get(source) ?? none);
    left.delete(n);
    put(source, left);
  },
  clear: (source: string) => put(source, none),
};

export const useBasket = (source: string): Basket => useSyncExternalStore((hear) => { hearers.add(hear); return () => hearers.delete(hear); }, () => baskets.get(source) ?? none);
