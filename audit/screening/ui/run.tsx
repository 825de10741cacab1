import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Dropdown, Tabs, type TableColumnsType } from 'antd';
import type { ReactNode } from 'react';
import { api, download, got, useMay } from '@api';
import { Code, ConfirmModal, count, Facts, Folded, Loading, money, Nothing, PageHead, PlainTable, Section, Time, To, useAct, useGoTo, usePage, Wrong } from '@kit';
import { useState } from 'react';
import { isOver, JobProgress, JobState } from '../../../ground/job/ui/list';
import { jobs } from '../../../ground/job/ui/pages';
import { findings } from '../../review/ui/pages';
import { run as here } from './pages';
import './run.css';
import { Amount, byDefaults, defaultsTitle, span, Sum, type RunResult } from './words';

type Rule = RunResult['by_rule'][number];
type Institute = RunResult['by_institution'][number];
type Problem = RunResult['problems'][number];
type Issue = RunResult['data_issues'][number];

const fileTitles: Record<string, string> = { 'report.html': '报告（网页）', 'findings.xlsx': '疑点清单（XLSX）', 'findings.csv': '疑点清单（CSV）', 'findings.parquet': '疑点清单（Parquet）', 'summary.json': '摘要（JSON）' };

/** A screening: what it came to, what ran, what did not and why. */
export default function Run(): ReactNode {
  const { at, go, params } = usePage(here);
  const id = params.id!;
  const query = useQuery({
    queryKey: ['/api/runs', 'one', id],
    queryFn: async ({ signal }) => got(await api.GET('/api/runs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (q) => (q.state.data && !isOver(q.state.data.state) ? 1500 : false),
  });
  const batches = useQuery({ queryKey: ['/api/batches', 'of', query.data?.figures?.run_id], enabled: Boolean(query.data?.figures), retry: false,
    queryFn: async ({ signal }) => got(await api.GET('/api/batches', { params: { query: { filter: [`run_id:${query.data!.figures!.run_id}`] } }, signal })) });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  const r = query.data;
  if (!r) return <Loading lines={12} />;
  const batch = batches.data?.items?.[0];
  return (
    <>
      <PageHead thing={`筛查 ${r.from} 至 ${r.to}`} title={<span className="spaced">筛查 {r.from} 至 {r.to} <JobState job={r} /></span>} about={<span className="spaced"><To page={jobs} at={{ open: r.job }}><Code>{r.job}</Code></To>{r.new ? '有新数据的人员' : '全部人员'}{r.rules?.length ? `，选定规则 ${r.rules.join('、')}` : '，全部规则'}</span>}>
        <Acts r={r} taken={Boolean(batch)} checked={batches.isSuccess} />
      </PageHead>
      {r.error && <Alert className="modal-error" type={r.state === 'failed' ? 'error' : 'warning'} showIcon title={r.error} action={<To page={jobs} at={{ open: r.job }}>查看日志</To>} />}
      {!isOver(r.state) && <div className="sheet section"><JobProgress job={{ state: r.state, progress: r.progress, title: '筛查' }} /></div>}
      {r.figures ? <Figures r={r} batch={batch} at={at} go={go} /> : r.state === 'done' && <Nothing>结果文件夹已被移走或清理</Nothing>}
    </>
  );
}

function Acts({ r, taken, checked }: { r: RunResult; taken: boolean; checked: boolean }) {
  const [asking, setAsking] = useState(false);
  const may = useMay('job.run');
  const goTo = useGoTo();
  const fetchFile = useAct((name: string) => download(`/api/runs/${r.job}/files/${encodeURIComponent(name)}`));
  if (!r.figures) return null;
  return (
    <>
      <Dropdown trigger={['click']} menu={{ style: { maxHeight: 420, overflow: 'auto' }, items: [
        ...r.files.map((f) => ({ key: f.name, label: fileTitles[f.name] ?? f.name })),
        ...(r.institutions.length > 0 ? [{ key: 'institutions', type: 'group' as const, label: '各机构清单', children: r.institutions.map((code) => ({ key: `institution-${code}.xlsx`, label: <Code>{code}</Code> })) }] : []),
      ], onClick: ({ key }) => fetchFile.mutate(key) }}>
        <Button icon={<DownloadOutlined />} loading={fetchFile.isPending}>下载</Button>
      </Dropdown>
      {may && checked && !taken && <Button type="primary" onClick={() => setAsking(true)}>接收办理</Button>}
      <ConfirmModal open={asking} title="接收办理" okText="接收" about="疑点进入初审。已有人办理的疑点不变，本次有新内容的会提示。" onClose={() => setAsking(false)}
        onSend={async () => goTo(jobs, { at: { open: got(await api.POST('/api/jobs', { body: { kind: 'takeover', argument: { folder: r.folder } as never } })).id } })} />
    </>
  );
}

function Figures({ r, batch, at, go }: { r: RunResult; batch?: { run_id: string; added: number; same: number; changed: number; gone: number; taken_at: string; complete: boolean }; at: { tab: string }; go: (patch: { tab: never }) => void }) {
  const f = r.figures!;
  const linked = (text: ReactNode, result: string) => (batch ? <To page={findings} at={{ batch: [batch.run_id], result: [result] }}>{text}</To> : text);
  const gaps = r.gaps.filter((g) => !byDefaults(g));
  const defaults = r.gaps.filter(byDefaults);
  const ran = r.by_rule.filter((x) => x.ran);
  const not = r.by_rule.filter((x) => !x.ran);
  return (
    <>
      <div className="run-head">
        <Figure label="违规疑点">{linked(count(f.violation.findings), '违规')}</Figure>
        <Figure label="违规金额（元）" high={f.violation.findings > 0}>{money(f.violation.amount || '0')}</Figure>
        <Figure label="可疑疑点">{linked(count(f.suspicion.findings), '可疑')}</Figure>
        <Figure label="可疑涉及金额（元）">{money(f.suspicion.amount || '0')}</Figure>
        <Figure label="涉及参保人">{count(f.concerned)}</Figure>
        <Figure label="检查的明细（行）">{count(f.lines)}</Figure>
        <Figure label="基金支付（元）">{f.fund_pay_sumamt ? money(f.fund_pay_sumamt) : '—'}</Figure>
      </div>
      <div className="sheet section">
        <Facts columns={3} items={[
          ['参保人', count(f.persons)], ['就诊', count(f.encounters)], ['结算', count(f.settlements)],
          ['规则', `运行 ${f.ran} 类，未运行 ${f.not_run} 类`], ['问题清单', f.checks.replace(/^问题清单：/, '')], ['用时', span(f.seconds)],
          ['批次', batch ? <To page={findings} at={{ batch: [batch.run_id] }}><Code>{batch.run_id}</Code></To> : <Code copy>{f.run_id}</Code>],
          ['接收办理', batch ? `${batch.complete ? '已接收' : '接收中'}：新增 ${count(batch.added)}，相同 ${count(batch.same)}，重作 ${count(batch.changed)}，不再命中 ${count(batch.gone)}` : '没有接收'],
          ['排入', <Time at={r.created} />],
          r.base_run !== undefined && ['沿用', <Code>{r.base_run}</Code>], !r.knowledge_hash && ['知识库', '未导入'],
        ]} />
        <Folded title="技术信息">
          <Facts columns={3} items={[
            ['数据快照', <Code>{r.snapshot_id}</Code>], ['知识库', r.knowledge_hash && <Code copy>{r.knowledge_hash}</Code>], ['规则集', <Code copy>{r.rule_set_hash}</Code>], ['程序版本', <Code>{r.version}</Code>],
          ]} />
        </Folded>
      </div>
      {gaps.length > 0 && <Section title="没有查到的"><PlainTable label="没有查到的" rows={gaps} rowKey={(g) => g.what} columns={[{ key: 'what', title: '内容', width: 640, dataIndex: 'what' }, { key: 'why', title: '原因', width: 420, dataIndex: 'why' }]} /></Section>}
      {defaults.length > 0 && <Section title={defaultsTitle}>{defaults.map((g) => <p key={g.what}>{g.what}</p>)}</Section>}
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as never })} items={[
        { key: 'rules', label: `运行的规则 ${ran.length}` }, { key: 'not_run', label: `未运行的规则 ${not.length}` }, { key: 'institutions', label: `机构 ${r.by_institution.length}` }, { key: 'problems', label: `问题清单中未查的 ${r.problems.length}` }, { key: 'issues', label: `数据疑问 ${r.data_issues.length}` },
      ]} />
      {at.tab === 'rules' && <PlainTable<Rule> label="运行的规则" rows={ran.toSorted((a, b) => b.violation.findings + b.suspicion.findings - a.violation.findings - a.suspicion.findings)} rowKey={(x) => x.rule_id} columns={ruleColumns(batch?.run_id)} />}
      {at.tab === 'not_run' && <PlainTable<Rule> label="未运行的规则" rows={not} rowKey={(x) => x.rule_id} empty="规则都运行了" columns={[
        { key: 'rule', title: '规则', render: (_, x) => <span className="spaced"><Code>{x.rule_id}</Code>{x.rule_name}</span> }, { key: 'tier', title: '类别', dataIndex: 'tier1' }, { key: 'why', title: '原因', render: (_, x) => x.status.replace('未运行：', '') },
      ]} />}
      {at.tab === 'institutions' && <PlainTable<Institute> label="机构" rows={r.by_institution} rowKey={(x) => x.fixmedins_code} columns={[
        { key: 'name', title: '机构', render: (_, x) => (batch ? <To page={findings} at={{ batch: [batch.run_id], fixmedins_code: [x.fixmedins_code] }}>{x.fixmedins_name || x.fixmedins_code}</To> : x.fixmedins_name || x.fixmedins_code) },
        { key: 'code', title: '编码', render: (_, x) => <Code>{x.fixmedins_code}</Code> }, ...sums<Institute>(),
      ]} />}
      {at.tab === 'problems' && <PlainTable<Problem> label="问题清单中未查的" rows={r.problems} rowKey={(x) => x.no + x.check} empty="问题清单都查了" columns={[
        { key: 'no', title: '序号', render: (_, x) => <Code>{x.no}</Code> }, { key: 'domain', title: '领域', dataIndex: 'domain' }, { key: 'check', title: '问题', dataIndex: 'check' }, { key: 'why', title: '原因', dataIndex: 'why' },
      ]} />}
      {at.tab === 'issues' && <PlainTable<Issue> label="数据疑问" rows={r.data_issues} rowKey={(x) => `${x.kind}-${x.fixmedins_code}`} empty="没有数据疑问" columns={[
        { key: 'kind', title: '疑问', dataIndex: 'kind' }, { key: 'name', title: '机构', render: (_, x) => x.fixmedins_name || x.fixmedins_code || '未写机构' }, { key: 'count', title: '次数', align: 'right', render: (_, x) => count(x.count) },
      ]} />}
    </>
  );
}

const Figure = ({ label, high, children }: { label: string; high?: boolean; children: ReactNode }) => <div><span>{label}</span><b className={high ? 'is-high' : undefined}>{children}</b></div>;

function sums<T extends { violation: Rule['violation']; suspicion: Rule['suspicion'] }>(): TableColumnsType<T> {
  return [
    { key: 'violations', title: '违规', align: 'right', render: (_, x) => <Sum of={x.violation} /> },
    { key: 'violation_amount', title: '违规金额', align: 'right', render: (_, x) => <Amount of={x.violation} /> },
    { key: 'suspicions', title: '可疑', align: 'right', render: (_, x) => <Sum of={x.suspicion} /> },
    { key: 'suspicion_amount', title: '涉及金额', align: 'right', render: (_, x) => <Amount of={x.suspicion} /> },
  ];
}

const ruleColumns = (batch?: string): TableColumnsType<Rule> => [
  { key: 'rule', title: '规则', render: (_, x) => <span className="spaced"><Code>{x.rule_id}</Code>{batch ? <To page={findings} at={{ batch: [batch], rule_id: [x.rule_id] }}>{x.rule_name}</To> : x.rule_name}</span> },
  { key: 'tier', title: '类别', dataIndex: 'tier1' },
  { key: 'points', title: '知识点', align: 'right', render: (_, x) => count(x.points) },
  ...sums<Rule>(),
  { key: 'unchecked', title: '缺事实而未查', render: (_, x) => (x.unchecked.length + x.left_out.length === 0 ? <span className="faint">—</span> : <ul className="run-unchecked">{[...x.unchecked.map((u) => `${u.reason} ${count(u.count)}`), ...x.left_out.map((u) => `例外 ${u.reason} ${count(u.count)}`)].slice(0, 4).map((t) => <li key={t}>{t}</li>)}</ul>) },
];
