import { SearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Input, Modal, Spin, type InputRef } from 'antd';
import { Fragment, useEffect, useRef, useState } from 'react';
import { api, got, sentence, useMay } from '@api';
import { count, money } from '@kit';
import './find.css';

interface Hit { group: string; title: string; said?: string; to?: string; act?: () => void }

/** Find looks for anything by its number, code or name: persons, institutions, visits, findings, rules, knowledge. `/` opens it. */
export function Find() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const typing = e.target instanceof HTMLElement && (e.target.isContentEditable || /^(input|textarea|select)$/i.test(e.target.tagName));
      if (e.key !== '/' || typing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector('.ant-drawer-open,.ant-modal-wrap')) return;
      e.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Button className="find-open" icon={<SearchOutlined />} onClick={() => setOpen(true)}>查找人员、机构、编号、规则 <kbd>/</kbd></Button>
      <Modal open={open} title="查找" footer={null} closable={false} onCancel={() => setOpen(false)} width={620} style={{ top: 72 }} destroyOnHidden>
        <Finder onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const field = useRef<InputRef>(null);
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const [at, setAt] = useState(0);
  const [number, setNumber] = useState('');
  useEffect(() => { const timer = setTimeout(() => field.current?.focus(), 60); return () => clearTimeout(timer); }, []);
  useEffect(() => { const timer = setTimeout(() => { setQ(typed.trim()); setAt(0); }, 250); return () => clearTimeout(timer); }, [typed]);
  const { hits, busy } = useHits(q, number, setNumber);
  const go = (hit?: Hit) => {
    if (hit?.act) hit.act();
    else if (hit?.to) {
      onDone();
      const [path, search] = hit.to.split('?');
      void navigate({ to: path as never, search: Object.fromEntries(new URLSearchParams(search ?? '')) as never });
    }
  };
  return (
    <>
      <Input ref={field} size="large" allowClear aria-label="查找" placeholder="人员编号、就诊号、结算号、疑点编号，机构、规则、药品、项目的编码或名称" maxLength={80} value={typed} prefix={<SearchOutlined />} suffix={busy ? <Spin size="small" /> : undefined}
        onChange={(e) => setTyped(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt((i) => Math.min(i + 1, hits.length - 1));
          else if (e.key === 'ArrowUp') setAt((i) => Math.max(i - 1, 0));
          else if (e.key === 'Enter') go(hits[at]);
          else return;
          e.preventDefault();
        }} />
      <ul className="goto find" role="listbox" aria-label="查到的内容">
        {hits.map((hit, i) => (
          <Fragment key={`${hit.group}${hit.title}${hit.to ?? ''}`}>
            {hit.group !== hits[i - 1]?.group && <li className="find-group" role="presentation">{hit.group}</li>}
            <li role="option" aria-selected={i === at} className={i === at ? 'is-at' : ''} onMouseEnter={() => setAt(i)} onClick={() => go(hit)}>
              <span>{hit.title}</span>{hit.said && <small>{hit.said}</small>}
            </li>
          </Fragment>
        ))}
      </ul>
      {q.length > 1 && !busy && hits.length === 0 && <p className="quiet" role="status">没有查到，或不在您的管辖范围内。编号要完整。</p>}
    </>
  );
}

const enc = encodeURIComponent;

/** visitLike is what looks like a visit's or a settlement's number rather than a person's. */
const visitLike = /^(\d{15,}|[SM]\d+)$/i;

/** useHits asks every room that is open to somebody. Looking for a visit's or settlement's number is an act of its own: it is asked for. */
function useHits(q: string, number: string, ask: (number: string) => void): { hits: Hit[]; busy: boolean } {
  const long = q.length > 1;
  const [findings, register, knowledge, rules, stories] = [useMay('review.read', 'review.read_own'), useMay('registry.institutions'), useMay('knowledge.read'), useMay('rule.browse'), useMay('claim.story')];
  const found = useQuery({ queryKey: ['/api/findings/search', q], enabled: long && findings, queryFn: async ({ signal }) => got(await api.GET('/api/findings/search', { params: { query: { q } }, signal })) });
  const institutions = useQuery({ queryKey: ['/api/institutions', 'find', q], enabled: long && register, queryFn: async ({ signal }) => got(await api.GET('/api/institutions', { params: { query: { q, limit: 8 } }, signal })).items ?? [] });
  const points = useQuery({ queryKey: ['/api/knowledge/points', 'find', q], enabled: long && knowledge, queryFn: async ({ signal }) => got(await api.GET('/api/knowledge/points', { params: { query: { q, limit: 8 } }, signal })).items ?? [] });
  const classes = useQuery({ queryKey: ['/api/rules/classes', 'find', q], enabled: long && rules, queryFn: async ({ signal }) => got(await api.GET('/api/rules/classes', { params: { query: { q, limit: 8 } }, signal })).items ?? [] });
  const claims = useQuery({ queryKey: ['/api/claims/find', q], enabled: long && stories && number === q, queryFn: async ({ signal }) => got(await api.GET('/api/claims/find', { params: { query: { number: q } }, signal })).items });
  const f = found.data;
  const whole = /^[0-9A-Za-z._-]{6,80}$/.test(q);
  const names = new Set((institutions.data ?? []).map((i) => i.code));
  const offers: Hit[] = [
    ...(stories && whole && !f?.person ? [{ group: '按完整编号', title: `打开人员编号 ${q}`, said: '查看记入操作日志', to: `/persons/${enc(q)}` }] : []),
    ...(stories && whole && number !== q ? [{ group: '按完整编号', title: `在全部就诊、结算中查找 ${q}`, said: '查询记入操作日志', act: () => ask(q) }] : []),
  ];
  const hits: Hit[] = !long ? [] : [
    ...(f?.finding ? [{ group: '疑点', title: f.finding.rule_name, said: `${f.finding.fixmedins_name}　${money(f.finding.counted)} 元　${f.finding.state_title}`, to: `/findings/${enc(f.finding.finding_id)}` }] : []),
    ...(f?.person ? [{ group: '人员', title: `人员 ${q} 的疑点`, said: `${count(f.person.findings)} 条，${money(f.person.counted)} 元`, to: `/findings?psn_no=${enc(q)}` }] : []),
    ...(f?.visit ? [{ group: '就诊和结算', title: `就诊 ${q} 的疑点`, said: `${count(f.visit.findings)} 条，${money(f.visit.counted)} 元`, to: `/findings?mdtrt_id=${enc(q)}` }] : []),
    ...(stories && f?.person ? [{ group: '人员', title: `参保人 ${q} 的就诊和费用`, said: '查看记入操作日志', to: `/persons/${enc(q)}` }] : []),
    ...(claims.data ?? []).map((c) => ({ group: '就诊和结算', title: `${c.setl_id ? '结算' : '就诊'} ${q}`, said: `机构 ${c.fixmedins_code}`, to: `/persons/${enc(c.psn_no)}?mdtrt_id=${enc(c.mdtrt_id)}` })),
    ...(institutions.data ?? []).map((i) => ({ group: '机构', title: i.name || i.code, said: i.code, to: `/institutions/${enc(i.code)}` })),
    ...(f?.institutions ?? []).filter((g) => !names.has(g.key)).map((g) => ({ group: '机构', title: g.name || g.key, said: g.key, to: `/institutions/${enc(g.key)}` })),
    ...(classes.data ?? []).map((c) => ({ group: '规则', title: c.name, said: c.id, to: `/rules/${enc(c.id)}` })),
    ...(rules ? [] : f?.rules ?? []).map((g) => ({ group: '规则', title: g.name || g.key, said: `${count(g.findings)} 条疑点`, to: `/findings?rule_id=${enc(g.key)}` })),
    ...(points.data ?? []).map((p) => ({ group: '知识点、药品、项目', title: (p.note || p.code || p.kp_id).split(/[；;，,]/)[0]!, said: `${p.rule_name || p.rule_id}　${p.code ?? ''}`, to: `/knowledge?q=${enc(q)}&open=${enc(p.kp_id)}` })),
    ...(visitLike.test(q) ? offers.toReversed() : offers),
  ];
  const order = ['疑点', '人员', '就诊和结算', '机构', '规则', '知识点、药品、项目', '按完整编号'];
  hits.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  const all = [found, institutions, points, classes, claims];
  const failed = all.find((x) => x.isError && x.data === undefined);
  if (failed) hits.push({ group: '没有查成', title: sentence(failed.error) });
  return { hits, busy: all.some((x) => x.isFetching) };
}
