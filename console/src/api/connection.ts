/** Whether the server answers. While it does not, it is asked every three seconds. */
let lost = false;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function set(now: boolean) {
  if (now === lost) return;
  lost = now;
  for (const listener of listeners) listener();
}

/** ask says whether the server answers now; while it does not, it is asked again. */
async function ask(): Promise<boolean> {
  clearTimeout(timer);
  try {
    await fetch('/healthz', { cache: 'no-store' });
    set(false);
    return true;
  } catch {
    set(true);
    timer = setTimeout(() => void ask(), 3000);
    return false;
  }
}

export const connection = {
  lost: () => lost,
  ask,
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

// The browser knows of a cable before a request does.
window.addEventListener('offline', () => void ask());
window.addEventListener('online', () => void ask());
