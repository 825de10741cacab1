import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Progress, Tabs } from 'antd';
import { useState } from 'react';
import { api, got, useMay } from '@api';
import { Code, count, Facts, Loading, PageHead, PlainTable, ReasonModal, Time, To, usePage, Wrong } from '@kit';
import { jobs } from '../../../ground/job/ui/pages';
import { TakeIn } from './files';
import './intake.css';
import { source as here } from './pages';
import { Rows } from './rows';
import { rowStates, sourceStates, State, type Faults, type Sending } from './words';

type Sum = Faults['by_reason'][number];

/** A file that was taken in: its rows, and those that wait to be put right. */
export default function OneSource(): ReactNode {
  const { at, go, params } = usePage(here);
  const id = params.id!;
  const may = useMay('intake.keep');
  const [asking, setAsking] = useState<'retire' | 'replace'>();
  const query = useQuery({
    queryKey: ['/api/intake/sources', 'one', id],
    queryFn: async ({ signal }) => got(await api.GET('/api/intake/sources/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data && q.state.data.waiting > 0 ? 2000 : false),
  });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  const f = query.data;
  if (!f) return <Loading lines={10} />;
  const s = f.source;
  const left = f.rows - f.taken;
  return (
    <>
      <PageHead thing={s.name} title={<span className="spaced">{s.name} <State of={sourceStates} state={s.state} /></span>} about={`${s.table_name}　第 ${s.epoch} 期`}>
        {may && s.state === 'live' && <Button danger onClick={() => setAsking('retire')}>停用</Button>}
        {may && s.state === 'live' && <Button onClick={() => setAsking('replace')}>用更正的文件替换</Button>}
      </PageHead>
      <div className="sheet section">
        <div className="intake-sum">
          <Figure label="读入" n={s.read} /><span>=</span><Figure label="保留" n={s.kept} /><span>+</span><Figure label="隔离" n={s.quarantined} held />
          {f.rows > 0 && <div className="intake-done"><span className="quiet">隔离的行：已更正并接收 {count(f.taken)}，等待接收 {count(f.waiting)}，待更正 {count(left - f.waiting)}</span><Progress percent={Math.floor((f.taken / f.rows) * 100)} size="small" aria-label="隔离行更正的进度" /></div>}
        </div>
        <Facts columns={3} items={[
          ['来源', <Code copy>{s.id}</Code>], ['接收时间', <Time at={s.at} />], ['格式', s.format],
          s.replaced_by !== undefined && ['替换为', <To page={here} params={{ id: s.replaced_by }}><Code>{s.replaced_by}</Code></To>],
        ]} />
        {(s.notices ?? []).map((n) => <p key={n} className="quiet intake-notice">{n}</p>)}
      </div>
      {f.rows === 0 ? s.quarantined > 0 && <Alert type="warning" showIcon title="隔离的行不在了：隔离文件已被移走或清理。" /> : (
        <>
          {f.listed < f.rows && <Alert className="modal-error" type="info" showIcon title={`隔离 ${count(f.rows)} 行，此处列出前 ${count(f.listed)} 行；其余请在服务器上的隔离文件里更正后接收。`} />}
          <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab })} items={[
            { key: 'rows', label: '隔离的行' }, { key: 'faults', label: `按列和原因 ${f.by_reason.length}` }, { key: 'institutions', label: `按机构 ${f.by_institution.length}` }, { key: 'corrections', label: `更正 ${f.corrections.length}` },
          ]} />
          {at.tab === 'rows' && <Rows f={f} at={at} go={go} />}
          {at.tab === 'faults' && <PlainTable<Sum> label="按列和原因" rows={f.by_reason} rowKey={(r) => `${r.column}|${r.reason}`} columns={[
            { key: 'column', title: '列', render: (_, r) => (r.title ? <span className="spaced">{r.title}<Code>{r.column}</Code></span> : '整行') },
            { key: 'reason', title: '原因', dataIndex: 'reason' },
            { key: 'rows', title: '行数', align: 'right', render: (_, r) => <a href="#rows" onClick={(e) => { e.preventDefault(); go({ tab: 'rows', filter: r.column ? [`columns:${r.column}`] : [], q: r.column ? '' : (r.reason ?? '').split('“')[0]!, cursor: '' }); }}>{count(r.rows)}</a> },
          ]} />}
          {at.tab === 'institutions' && <PlainTable<Sum> label="按机构" rows={f.by_institution} rowKey={(r) => r.code ?? ''} columns={[
            { key: 'name', title: '机构', render: (_, r) => r.name || (r.code ? <span className="faint">不在机构名册里</span> : <span className="faint">未写机构</span>) },
            { key: 'code', title: '编码', render: (_, r) => <Code>{r.code}</Code> },
            { key: 'rows', title: '行数', align: 'right', render: (_, r) => <a href="#rows" onClick={(e) => { e.preventDefault(); go({ tab: 'rows', filter: [`institution:${r.code ?? ''}`], q: '', cursor: '' }); }}>{count(r.rows)}</a> },
          ]} />}
          {at.tab === 'corrections' && <PlainTable<Sending> label="更正" rows={f.corrections} rowKey={(c) => c.name} empty="还没有更正" columns={[
            { key: 'name', title: '更正文件', render: (_, c) => <Code>{c.name}</Code> },
            { key: 'state', title: '状态', render: (_, c) => <State of={rowStates} state={c.state} /> },
            { key: 'rows', title: '行数', align: 'right', render: (_, c) => count(c.rows) },
            { key: 'kept', title: '保留', align: 'right', render: (_, c) => count(c.kept) },
            { key: 'again', title: '再次隔离', align: 'right', render: (_, c) => count(c.quarantined) },
            { key: 'source', title: '来源', render: (_, c) => (c.source ? <To page={here} params={{ id: c.source }}><Code>{c.source}</Code></To> : '—') },
            { key: 'job', title: '任务', render: (_, c) => (c.job ? <To page={jobs} at={{ open: c.job }}><Code>{c.job}</Code></To> : '—') },
          ]} />}
        </>
      )}
      <ReasonModal open={asking === 'retire'} danger title={`停用 ${s.name}`} okText="停用" about={`从下一期起，这个来源的 ${count(s.kept)} 行不再参加检查；已有的疑点和此前各期不变。`} onClose={() => setAsking(undefined)}
        onSend={(reason) => api.POST('/api/intake/sources/{id}/retire', { params: { path: { id } }, body: { reason } })} />
      <TakeIn names={asking === 'replace' ? [] : undefined} replaces={id} onClose={() => setAsking(undefined)} />
    </>
  );
}

const Figure = ({ label, n, held }: { label: string; n: number; held?: boolean }) => (
  <div><span className="quiet">{label}</span><b className={`figures ${held && n > 0 ? 'intake-held' : ''}`}>{count(n)}</b></div>
);
