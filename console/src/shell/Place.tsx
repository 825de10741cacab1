import type { Me } from '@api';

const whole = (place: NonNullable<Me['place']>) => [place.within, place.name].filter(Boolean).join(' ');

/** placeText is where somebody works, in one line. */
export function placeText(me: Me): string {
  if (!me.organisation) return '全部机构和区划';
  return me.place ? `${whole(me.place)}（${me.place.region}）` : me.organisation;
}

/** Place is where somebody works. */
export function Place({ me, short }: { me: Me; short?: boolean }) {
  if (!short) return <span>{`${me.login} · ${placeText(me)}`}</span>;
  return me.place ? <><b>{whole(me.place)}</b> <span className="code">{me.place.region}</span></> : <b>{placeText(me)}</b>;
}
