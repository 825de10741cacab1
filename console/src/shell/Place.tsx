import type { Me } from '@api';

/** placeText is where somebody works, in one line. */
export function placeText(me: Me): string {
  return me.organisation ?? '全部机构和区划';
}

/** Place is where somebody works. */
export function Place({ me, short }: { me: Me; short?: boolean }) {
  return short ? <b>{placeText(me)}</b> : <span>{`${me.login} · ${placeText(me)}`}</span>;
}
