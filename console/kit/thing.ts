import { useEffect, useSyncExternalStore } from 'react';

interface Open { name: string }
let things: readonly Open[] = [];
const hearers = new Set<() => void>();

function put(now: readonly Open[]) {
  things = now;
  for (const hear of hearers) hear();
}

/** useThing says what a page or a sheet shows, for the browser's title; "" while it is not known. */
export function useThing(name: string) {
  useEffect(() => {
    if (!name) return;
    const mine = { name };
    put([...things, mine]);
    return () => put(things.filter((t) => t !== mine));
  }, [name]);
}

/** useOpenThing is the name of what was opened last. */
export const useOpenThing = () => useSyncExternalStore((hear) => { hearers.add(hear); return () => hearers.delete(hear); }, () => things.at(-1)?.name ?? '');
