/** Whether the server answers. While it does not, it is asked every three seconds. */
let lost = false;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function set(now: boolean) {
  if (now === lost) return;
  lost = now;
  for (const listener of listeners) listener();
}

async function ask() {
  try {
    await fetch('/healthz', { cache: 'no-store' });
    set(false);
  } catch {
    timer = setTimeout(() => void ask(), 3000);
  }
}

export const connection = {
  lost: () => lost,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  broke() {
    if (lost) return;
    set(true);
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), 1000);
  },
  answered: () => set(false),
};
