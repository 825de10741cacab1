import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Form, Tabs } from 'antd';
import { useMemo, useState, type ReactNode } from 'react';
import { api, got, useMay, useMe, type components } from '@api';
import { Code, count, DataTable, ExportButton, Facts, FormModal, Loading, PageHead, PlainTable, ReasonField, ReasonModal, Time, To, usePage, Who, Wrong, type Column, type Source } from '@kit';
import type { Change } from './changes';
import { ChangedExclusions } from './exempted';
import { changes, exclusions, oneChange as here } from './pages';
import type { Point } from './points';
import { changeKinds, ChangeState, days, everyLine, fields, Layer, made, nameOf, ofExclusions, paramsText, PointCodes } from './words';
import './knowledge.css';

type File = components['schemas']['KnowledgeFile'];
type Row = components['schemas']['Quarantined'];

/** One change: what it would do, row by row and field by field, and deciding it. */
export default function OneChange(): ReactNode {
  const { at, go, params } = usePage(here);
  const id = Number(params.id);
  const query = useQuery({
    queryKey: ['/api/knowledge/changes', 'one', id],
    queryFn: async () => got(await api.GET('/api/knowledge/changes/{id}', { params: { path: { id } } })),
    refetchInterval: (q) => (q.state.data?.state === 'reading' ? 1500 : false),
  });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const c = query.data;
  const n = c.counts;
  const list = ofExclusions(c);
  const tally = (title: string, value: number, filter: string) => (
    <button type="button" className={at.tab === 'points' && at.made === filter ? 'is-at' : undefined} aria-pressed={at.tab === 'points' && at.made === filter} onClick={() => go({ tab: 'points', made: at.made === filter ? '' : filter, cursor: '' })}><span>{title}</span><b>{count(value)}</b></button>
  );
  return (
    <>
      <PageHead thing={`第 ${c.id} 次变更`} title={<span className="spaced">{`${changeKinds[c.kind] ?? c.kind} 第 ${c.id} 次变更`}<ChangeState of={c.state} stale={c.stale} /></span>} about={c.reason}><Acts c={c} /></PageHead>
      {c.stale && <Alert className="notice" type="warning" showIcon title={list ? '提出以来，所涉例外已被另一次变更改动，这次变更不能生效。请重新提出。' : '提出以来知识库已有新版，这次变更不能生效。请重新导入同一文件。'} />}
      {c.state === 'reading' && <Alert className="notice" type="info" showIcon title={`正在读取文件，任务 ${c.job ?? ''}。读完后这里显示会改变什么。`} />}
      {c.failure && <Alert className="notice" type="error" showIcon title={c.failure} />}
      <div className="change-tallies">
        {tally('新增', n.new, 'new')}{tally('更改', n.changed, 'changed')}
        {!list && tally('接替现行的', n.superseded, 'superseding')}
        {tally(list ? '撤销' : '终止', n.gone, 'gone')}
        {!list && tally('待补参数', n.needs_parameters, 'needs')}
        {!list && n.every_line > 0 && tally(everyLine, n.every_line, 'every')}
        <button type="button" className={at.tab === 'quarantine' ? 'is-at' : undefined} aria-pressed={at.tab === 'quarantine'} onClick={() => go({ tab: 'quarantine' })}><span>不采用的行</span><b>{count(n.quarantined)}</b></button>
        <div><span>已有，相同</span><b>{count(n.same)}</b></div>
        <div><span>{list ? '变更后的例外' : '变更后的知识点'}</span><b>{count(n.points)}</b></div>
      </div>
      <div className="sheet section">
        <Facts columns={3} items={[
          ['层级', <Layer of={c.region} />], ['依据的文件', c.document], ['提出', <><Who face={c.by_face} id={c.by} /> <Time at={c.at} /></>],
          ['对照的版次', c.base ? `第 ${c.base} 版` : '没有'], ['成为', !c.edition ? '未生效' : list ? <To page={exclusions} at={{ tab: 'versions' }}>第 {c.edition} 版</To> : <To page={changes} at={{ tab: 'editions' }}>第 {c.edition} 版</To>], ['决定', c.decided_by ? <><Who face={c.decided_face} id={c.decided_by} /> <Time at={c.decided_at} /> {c.decision}</> : '未决定'],
        ]} />
      </div>
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab })} destroyOnHidden items={[
        { key: 'points', label: list ? '例外' : '知识点', children: list ? <ChangedExclusions c={c} /> : <Points c={c} /> },
        { key: 'quarantine', label: `不采用的行 ${count(n.quarantined)}`, children: <Quarantine id={c.id} /> },
        { key: 'files', label: `文件 ${c.files.length}`, children: <Files files={c.files} /> },
      ]} />
    </>
  );
}

const columns: readonly Column<Point>[] = [
  { key: 'made', title: '变化', width: 64, render: (p) => made[p.made] ?? p.made },
  { key: 'code', title: '编码', width: 200, sorts: true, render: (p) => <PointCodes of={p} /> },
  { key: 'note', title: '药品或项目', width: 200, render: (p) => <span title={p.note}>{nameOf(p.note) || <span className="faint">—</span>}</span> },
  { key: 'rule_id', title: '规则', width: 180, sorts: true, render: (p) => <span title={p.rule_id}>{p.rule_name}</span> },
  { key: 'fields', title: '逐项变化', render: (p) => <Alterations p={p} /> },
  { key: 'replaces', title: '接替', width: 150, render: (p) => (p.replaces ? <span title={p.replaces}><Code>{p.replaces}</Code></span> : <span className="faint">—</span>) },
  { key: 'missing', title: '待补参数', width: 120, render: (p) => ((p.missing ?? []).length > 0 ? <Code>{p.missing!.join('、')}</Code> : <span className="faint">—</span>) },
];

/** What stands where a field is empty. */
const nothing = (field: string) => (field === 'code' ? everyLine : '空');

function Alterations({ p }: { p: Point }) {
  const all = p.fields ?? [];
  if (all.length === 0) return <span className="wraps"><span>{paramsText(p.params)}</span> <span className="figures quiet">{days(p.valid_from, p.valid_to)}</span></span>;
  return <div className="wraps">{all.map((f) => <div key={f.field} className="altered"><span className="faint">{fields[f.field] ?? f.field}</span> <del>{f.before || nothing(f.field)}</del> <ins>{f.after || nothing(f.field)}</ins></div>)}</div>;
}

function Points({ c }: { c: Change }) {
  const { at, go } = usePage(here);
  const source = useMemo<Source<Point>>(() => {
    const kinds = { gone: ['gone', 'removed'], '': undefined, needs: undefined, superseding: undefined, every: undefined }[at.made] ?? (['new', 'changed', 'again'].includes(at.made) ? [at.made] : undefined);
    const [needs, superseding, every] = ['needs', 'superseding', 'every'].map((m) => at.made === m || undefined);
    return {
      key: ['/api/knowledge/changes', 'points', c.id, c.state, at.made],
      exports: `/api/knowledge/changes/${c.id}/points`,
      query: { made: kinds, needs: needs && 'true', superseding: superseding && 'true', every_line: every && 'true' },
      async read(asked, signal) {
        const page = got(await api.GET('/api/knowledge/changes/{id}/points', { signal, params: { path: { id: c.id }, query: {
          q: asked.q || undefined, cursor: asked.cursor || undefined, limit: asked.limit, sort: (asked.sort || undefined) as never, made: kinds as never, needs: needs && 'true', superseding, every_line: every,
        } } }));
        return { items: page.items, total: page.total, next: page.next };
      },
    };
  }, [c.id, c.state, at.made]);
  return <DataTable label="变更的知识点" source={source} columns={columns} rowKey={(p) => p.kp_id} at={at} go={go} onOpen={false} searches="药品、项目名称或编码" empty={c.state === 'reading' ? '还在读取' : '没有这样的知识点'} />;
}

/** Quarantine are the rows that are left out, where they stand, and why. */
function Quarantine({ id }: { id: number }) {
  const query = useInfiniteQuery({
    queryKey: ['/api/knowledge/changes', 'quarantine', id],
    initialPageParam: '',
    queryFn: async ({ pageParam }) => got(await api.GET('/api/knowledge/changes/{id}/quarantine', { params: { path: { id }, query: { cursor: pageParam, limit: 100 } } })),
    getNextPageParam: (last) => last.next,
  });
  if (query.isLoadingError) return <Wrong error={query.error} />;
  const rows = query.data?.pages.flatMap((p) => p.items ?? []) ?? [];
  return (
    <div className="sheet">
      {rows.length > 0 && <p className="rows-sum"><ExportButton source={{ exports: `/api/knowledge/changes/${id}/quarantine` }} asked={{ q: '', filter: [], sort: '' }} /></p>}
      <PlainTable<Row> label="不采用的行" takes={false} rows={rows} loading={query.isPending} rowKey={(r) => String(r.n)} empty="所有的行都读出并采用" columns={[
        { title: '文件', render: (_, r) => r.file }, { title: '工作表', render: (_, r) => r.sheet || '—' }, { title: '行', align: 'right', render: (_, r) => <span className="figures">{r.row}</span> }, { title: '列', render: (_, r) => <Code>{r.column}</Code> }, { title: '原因', width: 560, render: (_, r) => r.why },
      ]} />
      {query.hasNextPage && <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>继续显示</Button>}
    </div>
  );
}

function Files({ files }: { files: readonly File[] }) {
  const n = (title: string, of: (f: File) => number) => ({ title, align: 'right' as const, render: (_: unknown, f: File) => <span className="figures">{count(of(f))}</span> });
  return (
    <div className="sheet">
      <p className="quiet rows-sum">读出的行 = 采用 + 非内容（表尾、示例）+ 不采用，逐个文件相符。</p>
      <PlainTable<File> label="文件" rows={files} rowKey={(f) => f.hash} empty="没有文件" columns={[
        { title: '文件', width: 300, render: (_, f) => (f.name === 'starter' ? '内置起步包' : f.name) }, n('读出的行', (f) => f.rows_read), n('采用', (f) => f.rows_kept), n('非内容', (f) => f.rows_aside), n('不采用', (f) => f.rows_quarantined), n('条数', (f) => f.points.points),
        { title: '提醒', width: 320, render: (_, f) => ((f.warnings ?? []).length > 0 ? <ul className="plain-list">{f.warnings!.map((w) => <li key={w}>{w}</li>)}</ul> : <span className="faint">—</span>) },
        { title: '校验值', render: (_, f) => <Code copy>{f.hash.slice(0, 16)}</Code> },
      ]} />
    </div>
  );
}

/** Acts decides a change: another person than who proposed it. */
function Acts({ c }: { c: Change }) {
  const [asked, setAsked] = useState<'enforce' | 'refuse'>();
  const decides = useMay('knowledge.decide');
  const me = useMe();
  if (!decides || c.state !== 'staged') return null;
  const own = c.by === me.id;
  return (
    <>
      {own && <span className="quiet">由您提出，须由另一人决定</span>}
      <Button danger disabled={own} onClick={() => setAsked('refuse')}>否决</Button>
      <Button type="primary" disabled={own || c.stale} onClick={() => setAsked('enforce')}>批准生效</Button>
      <ReasonModal open={asked === 'refuse'} danger title={`否决第 ${c.id} 次变更`} okText="否决" onClose={() => setAsked(undefined)} onSend={(reason) => api.POST('/api/knowledge/changes/{id}/refuse', { params: { path: { id: c.id } }, body: { reason } })} />
      <FormModal<{ reason: string; accept_quarantine?: boolean }> open={asked === 'enforce'} title={`批准第 ${c.id} 次变更生效`} okText="批准生效" onClose={() => setAsked(undefined)}
        about={ofExclusions(c)
          ? `新增 ${count(c.counts.new)}，更改 ${count(c.counts.changed)}，撤销 ${count(c.counts.gone)}。以后的筛查按变更后的名单判定。`
          : `新增 ${count(c.counts.new)}，更改 ${count(c.counts.changed)}，接替 ${count(c.counts.superseded)}，终止 ${count(c.counts.gone)}。以后的筛查按变更后的 ${count(c.counts.points)} 个知识点判定。`}
        onSend={(body) => api.POST('/api/knowledge/changes/{id}/enforce', { params: { path: { id: c.id } }, body: { ...body, reason: body.reason.trim() } })}>
        {c.counts.every_line > 0 && <Alert className="notice" type="warning" showIcon title={`${count(c.counts.every_line)} 个知识点没有编码，${everyLine}判定。请确认不是漏填。`} />}
        {c.counts.quarantined > 0 && <Form.Item name="accept_quarantine" valuePropName="checked" rules={[{ validator: (_, v) => (v ? Promise.resolve() : Promise.reject(new Error('有不采用的行，须确认'))) }]}><Checkbox>{`已看过不采用的 ${count(c.counts.quarantined)} 行，同意不采用`}</Checkbox></Form.Item>}
        <ReasonField />
      </FormModal>
    </>
  );
}
