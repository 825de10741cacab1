import { useRouter } from '@tanstack/react-router';
import { useEffect, type RefObject } from 'react';

/** inner are the lists that scroll inside themselves. */
const inner = '.ant-table-tbody-virtual-holder';
const patience = 4000; // milliseconds that what was there may take to come
const calm = 300; // milliseconds that all must have stood right

/** useScroll begins each page at its top, and an entry of the history that one comes back to where one left it. */
export function useScroll(main: RefObject<HTMLElement | null>) {
  const router = useRouter();
  useEffect(() => {
    const left = new Map<string, number[]>(); // by the entry's key: the page's place, then those of its lists
    let stop = () => {};
    const boxes = () => (main.current ? [main.current, ...main.current.querySelectorAll<HTMLElement>(inner)] : []);
    const leave = router.subscribe('onBeforeLoad', ({ fromLocation: from }) => {
      stop();
      if (from?.state.__TSR_key) left.set(from.state.__TSR_key, boxes().map((b) => b.scrollTop));
    });
    const arrive = router.subscribe('onRendered', ({ toLocation: to, pathChanged }) => {
      const there = left.get(to.state.__TSR_key ?? '');
      if (there) stop = bring(boxes, there);
      else if (pathChanged) main.current?.scrollTo(0, 0);
    });
    return () => { leave(); arrive(); stop(); };
  }, [main, router]);
}

/** bring scrolls boxes to where they stood, as soon as what they show is there, unless somebody scrolls meanwhile. */
function bring(boxes: () => HTMLElement[], there: number[]): () => void {
  const theirs = ['wheel', 'touchstart', 'pointerdown', 'keydown'];
  const begun = performance.now();
  let off = begun;
  let frame = 0;
  const step = () => {
    const at = performance.now();
    const all = boxes();
    there.forEach((top, i) => {
      const box = all[i];
      if (box && Math.abs(box.scrollTop - top) > 1) box.scrollTop = top;
      if (Math.abs((box?.scrollTop ?? 0) - top) > 1) off = at;
    });
    if (at - off > calm || at - begun > patience) stop();
    else frame = requestAnimationFrame(step);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    for (const e of theirs) window.removeEventListener(e, stop);
  };
  for (const e of theirs) window.addEventListener(e, stop, { passive: true });
  step();
  return stop;
}
