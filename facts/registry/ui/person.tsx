import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { Chart, Code, count, DataTable, Evidence, Facts, Loading, money, Money, PageHead, ReasonModal, Region, Section, To, usePage, Wrong, type Column, type Event } from '@kit';
import { finding, findings } from '../../../audit/review/ui/pages';
import { sexes } from '../../claim/ui/codes';
import { institution, person as here } from './pages';
import { identity, kindOf } from './words';
import './stories.css';

type Story = components['schemas']['Story'];
type StoryLine = components['schemas']['StoryLine'];
type Line = components['schemas']['Detail']['finding'];

/** Person is what one insured person used, with the findings on the same axis of time. Each look is in the journal. */
export default function Person() {
  const { at, go, params } = usePage(here);
  const psn = params.psn!;
  const story = useQuery({ queryKey: ['/api/insured/story', psn], staleTime: 300_000, queryFn: async ({ signal }) => got(await api.GET('/api/insured/{psn_no}/story', { params: { path: { psn_no: psn } }, signal })) });
  const found = useQuery({
    queryKey: ['/api/findings', 'person', psn], enabled: useMay('review.read'),
    queryFn: async ({ signal }) => got(await api.GET('/api/findings', { params: { query: { psn_no: [psn], limit: 200 } }, signal })),
  });
  if (story.isLoadingError) return <Wrong error={story.error} again={() => void story.refetch()} />;
  if (!story.data) return <Loading lines={12} />;
  const s = story.data;
  const hits = found.data?.items ?? [];
  return (
    <>
      <PageHead title="参保人全貌" thing={psn} about={<Code copy>{psn}</Code>}><To page={findings} at={{ psn_no: [psn] }}>全部疑点</To></PageHead>
      <div className="st">
        <Who psn={psn} s={s} findings={hits} />
        <Section title="按月：费用和疑点">
          <Chart label="按月：费用和疑点" kind="bar" unit="yuan" height={200} series={['费用', '疑点金额']} risky={[1]}
            figures={s.months.map((m) => ({ name: m.month, values: [Number(m.det_item_fee_sumamt), hits.filter((f) => f.last_day.startsWith(m.month)).reduce((sum, f) => sum + Math.round(Number(f.counted) * 100), 0) / 100] }))} />
        </Section>
        <Section title="就诊和疑点" extra={at.mdtrt_id && <Button size="small" onClick={() => go({ mdtrt_id: '', cursor: '' })}>显示全部明细</Button>}>
          <Evidence label="就诊和疑点" events={timeline(s, hits, at.mdtrt_id, (mdtrt_id) => go({ mdtrt_id, cursor: '' }))} />
        </Section>
        <Section title={at.mdtrt_id ? '这次就诊的费用明细' : '全部费用明细'}>
          <DataTable<StoryLine> label="费用明细" source={lines(psn, at.mdtrt_id)} columns={columns} rowKey={(l) => l.bkkp_sn} at={at} go={go} onOpen={false} searches="名称、编码" empty="没有费用明细" />
        </Section>
      </div>
    </>
  );
}

/** lines is the list of charges as a source: its address holds the person. */
function lines(psn: string, mdtrt: string) {
  const path = `/api/insured/${encodeURIComponent(psn)}/lines`;
  const query = { mdtrt_id: mdtrt || undefined };
  return {
    key: [path, query], exports: path, query,
    read: async (asked: { q: string; filter: string[]; sort: string; cursor: string; limit: number }, signal: AbortSignal) => {
      const given = Object.fromEntries(Object.entries({ ...asked, ...query, sort: asked.sort || '-fee_ocur_time' }).filter(([, v]) => v !== '' && v !== undefined && !(Array.isArray(v) && !v.length)));
      const page = got(await api.GET('/api/insured/{psn_no}/lines', { params: { path: { psn_no: psn }, query: given as never }, signal }));
      return { items: page.items ?? [], total: page.total, next: page.next };
    },
  };
}

/** Who is the person, masked until somebody says why not. */
function Who({ psn, s, findings: hits }: { psn: string; s: Story; findings: readonly Line[] }) {
  const [asking, setAsking] = useState(false);
  const [revealed, setRevealed] = useState<Record<string, string>>();
  const may = useMay('registry.reveal');
  const query = useQuery({ queryKey: ['/api/insured', psn], queryFn: async ({ signal }) => got(await api.GET('/api/insured/{psn_no}', { params: { path: { psn_no: psn } }, signal })) });
  const shown = revealed ?? query.data?.identity ?? {};
  const fund = s.visits.reduce((sum, v) => sum + Math.round(Number(v.fund_pay_sumamt) * 100), 0) / 100;
  return (
    <Section title="基本情况" extra={may && !revealed && Object.keys(shown).length > 0 && <Button size="small" onClick={() => setAsking(true)}>查看身份信息</Button>}>
      <Facts columns={3} items={[
        ...Object.entries(identity).filter(([name]) => shown[name] && !/^\*+$/.test(shown[name]!)).map(([name, title]) => [title, shown[name]] as const),
        ['性别', sexes[s.gend] ?? '不详'],
        ['出生年份', s.born ? String(s.born) : '不详'],
        ['参保地', <Region key="i" code={query.data?.insured} coded />],
        ['就医地', <Region key="c" code={query.data?.claims} coded />],
        ['就诊', `${count(s.visits.length)} 次`],
        ['基金支付（元）', <span key="f" className="figures">{money(fund)}</span>],
        ['疑点', `${count(hits.length)} 条`],
      ]} />
      <ReasonModal open={asking} title="查看身份信息" about="显示完整的姓名、证件号码等。事由记入操作日志。" onClose={() => setAsking(false)}
        onSend={async (reason) => { setRevealed(got(await api.POST('/api/insured/{psn_no}/reveal', { params: { path: { psn_no: psn } }, body: { reason } })).identity); }} />
    </Section>
  );
}

/** timeline has visits and, beneath each, its findings; the newest first. */
function timeline(s: Story, hits: readonly Line[], chosen: string, choose: (mdtrt: string) => void): Event[] {
  const visits = s.visits.filter((v) => !chosen || v.mdtrt_id === chosen);
  const events: Event[] = visits.slice(0, 200).map((v) => {
    const own = hits.filter((f) => f.mdtrt_id === v.mdtrt_id);
    const [from, to] = [v.begntime.slice(0, 10), v.endtime.slice(0, 10)];
    return {
      key: v.mdtrt_id,
      at: from,
      tone: own.length > 0 ? 'high' : undefined,
      title: <>{kindOf(v.med_type)}　<To page={institution} params={{ code: v.fixmedins_code }}>{v.fixmedins_name || v.fixmedins_code}</To></>,
      said: (
        <>
          {[v.adm_dept_name, v.dscg_maindiag_code && `主要诊断 ${v.dscg_maindiag_code}`, to && to !== from && `至 ${to}`].filter(Boolean).join('　')}　总费用 {money(v.medfee_sumamt)}　基金 {money(v.fund_pay_sumamt)}{'　'}
          <Button type="link" size="small" className="st-inline" onClick={() => choose(v.mdtrt_id)}>明细 {count(v.lines)} 行</Button>
        </>
      ),
      body: own.length > 0 && (
        <ul className="st-hits">
          {own.map((f) => <li key={f.finding_id}><To page={finding} params={{ id: f.finding_id }}>{f.rule_name}</To><span className="figures">{money(f.counted)} 元</span><span className="quiet">{f.state_title}</span></li>)}
        </ul>
      ),
    };
  });
  const loose = hits.filter((f) => !s.visits.some((v) => v.mdtrt_id === f.mdtrt_id));
  return [...events, ...loose.map((f): Event => ({ key: f.finding_id, at: f.last_day, tone: 'high', title: <To page={finding} params={{ id: f.finding_id }}>{f.rule_name}</To>, said: `${f.fixmedins_name}　${money(f.counted)} 元　${f.state_title}` }))]
    .sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}

const columns: readonly Column<StoryLine>[] = [
  { key: 'fee_ocur_time', title: '费用时间', width: 150, sorts: true, render: (l) => <span className="figures nowrap">{l.fee_ocur_time.slice(0, 16)}</span> },
  { key: 'hilist_name', title: '名称', sorts: true, render: (l) => <span title={l.hilist_name}>{l.hilist_name}{l.refund && '（退费）'}</span> },
  { key: 'med_list_codg', title: '目录编码', kind: 'code', width: 220 },
  { key: 'cnt', title: '数量', kind: 'number', width: 80 },
  { key: 'pric', title: '单价', kind: 'number', width: 100, render: (l) => <span className="figures">{money(l.pric)}</span> },
  { key: 'det_item_fee_sumamt', title: '金额', width: 110, sorts: true, kind: 'money', render: (l) => <Money yuan={l.det_item_fee_sumamt} /> },
  { key: 'bilg_dept_name', title: '开单科室', width: 140 },
  { key: 'fixmedins_code', title: '机构', kind: 'code', width: 150 },
];
