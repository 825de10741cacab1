import { Code, Evidence, Loading, money, Who, type Event, type Tone } from '@kit';
import type { components } from '@api';
import { insurances, sexes } from '../../../facts/claim/ui/codes';
import { fen, type Detail } from './words';

type Visit = components['schemas']['Visit'];
type Step = NonNullable<Detail['steps']>[number];

/** Way is the one timeline: admission, charges, settlement, what the rule objects to, what people decided. */
export function Way({ detail, visit }: { detail: Detail; visit?: Visit }) {
  if (!visit) return <Loading lines={4} />;
  const of = visit.begntime ? ofVisit(visit) : [];
  return <Evidence label="从入院到处理" events={[...of, ...ofScreenings(detail), ...(detail.steps ?? []).map((s) => ofStep(s, detail))]} />;
}

function ofVisit(v: Visit): Event[] {
  const stay = v.med_type.startsWith('2') || v.med_type === '52';
  const who = [sexes[v.gend], v.age >= 0 && `${v.age} 岁`, insurances[v.insutype] ?? '', v.med_type_name].filter(Boolean).join('　');
  const events: Event[] = [{
    key: 'begin', at: v.begntime, title: stay ? '入院' : '就诊', said: <>{who}{v.adm_dept_name && `　${v.adm_dept_name}`}{v.chfpdr_code && <>　<Code>{v.chfpdr_code}</Code></>}</>,
    body: (v.diagnoses ?? []).length > 0 && <span className="quiet">诊断 {(v.diagnoses ?? []).map((d) => <span key={d.code}><Code>{d.code}</Code>{d.main && <span className="faint"> 主</span>}　</span>)}</span>,
  }];
  for (const o of v.operations ?? []) events.push({ key: `o${o.code}`, at: o.at || v.begntime, title: <>手术操作 <Code>{o.code}</Code></> });
  const days = new Map<string, NonNullable<Visit['lines']>>();
  for (const l of v.lines ?? []) if (l.mark) days.set(l.fee_ocur_time.slice(0, 10), [...(days.get(l.fee_ocur_time.slice(0, 10)) ?? []), l]);
  for (const [day, lines] of days) {
    const hit = lines.some((l) => l.mark === 'hit');
    events.push({
      key: `l${day}`, at: lines[0]!.fee_ocur_time, tone: hit ? 'high' : 'middle', title: hit ? '命中明细' : '佐证明细',
      body: <ul className="plain-list">{lines.slice(0, 8).map((l) => <li key={l.bkkp_sn} className={l.mark === 'hit' ? 'rv-late' : ''}>{l.hilist_name}　×{l.cnt}　<span className="figures">{money(l.det_item_fee_sumamt)}</span>{l.of_other_visit && <span className="faint">　另次就诊 {l.mdtrt_id}</span>}</li>)}{lines.length > 8 && <li className="faint">等 {lines.length} 条，见费用明细</li>}</ul>,
    });
  }
  if (stay && v.endtime) events.push({ key: 'end', at: v.endtime, title: '出院' });
  for (const s of v.settlements ?? []) {
    events.push({ key: `s${s.setl_id}`, at: s.setl_time, title: s.undone ? '退费结算' : '结算', said: <>总额 {money(s.medfee_sumamt)}　符合范围 {money(s.inscp_amt)}　统筹基金 {money(s.fund_pay_sumamt)}　个人账户 {money(s.acct_pay)}　<Code>{s.setl_id}</Code></> });
  }
  return events.sort((a, b) => (a.at ?? '').localeCompare(b.at ?? ''));
}

const standings: Record<string, string> = { in_force: '筛查命中', offered: '再次筛查有新版', gone: '再次筛查不再命中' };

function ofScreenings(detail: Detail): Event[] {
  return (detail.revisions ?? []).map((r): Event => ({
    key: `r${r.n}`, at: r.at, tone: r.standing === 'in_force' ? 'high' : 'middle', title: `${standings[r.standing] ?? r.standing}（第 ${r.n} 版）`,
    said: <>{detail.finding.rule_name}　批次 <Code>{r.batch}</Code></>,
  }));
}

const tones: Record<string, Tone> = { escalate: 'middle', stuck: 'middle', silence: 'middle', settle: 'good' };

function ofStep(s: Step, detail: Detail): Event {
  const names = new Map((detail.files ?? []).map((f) => [f.id, f.name]));
  return {
    key: s.id, at: s.at.replace(' ', 'T') + '+08:00', tone: tones[s.move] ?? 'plain', title: s.move_title,
    said: <><Who face={s.by} id={s.actor} />{s.from !== s.to && s.to_title && <>　→ {s.to_title}</>}</>,
    body: (s.reason || fen(s.amount) > 0 || s.paper || s.document || (s.files ?? []).length > 0) && (
      <div className="rv-words">
        {s.reason && <p>{s.reason}</p>}
        <p className="quiet">
          {fen(s.amount) > 0 && <>金额 <span className="figures">{money(s.amount)}</span> 元　</>}
          {s.paper && <>{s.paper}　</>}
          {s.document && <>文号 {s.document}　</>}
          {(s.files ?? []).length > 0 && <>材料 {(s.files ?? []).map((x) => names.get(x) ?? x).join('、')}</>}
        </p>
      </div>
    ),
  };
}
