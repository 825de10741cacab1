import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { App, Button, Tabs } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, download, got, sentence, useMay, type components } from '@api';
import { Code, count, DataTable, Facts, listOf, Loading, Nothing, PageHead, ReasonModal, Section, Side, To, useGoTo, usePage, Who, Wrong, type Column, type Go, type ListState, type Source } from '@kit';
import { oneClass } from '../../rule/ui/pages';
import { columns as changeColumns, type Change } from './changes';
import { exclusions as here, oneChange } from './pages';
import { StageExclusions } from './stage';
import { days, Layer, RuleNames } from './words';
import './knowledge.css';

type Exempt = components['schemas']['Exempt'];
type Version = components['schemas']['ExemptVersion'];

const source = listOf('/api/exclusions');
const versions = listOf('/api/exclusions/versions');

const allChanges = listOf('/api/knowledge/changes');

/** The changes of the list alone. */
const changes: Source<Change> = {
  key: [...allChanges.key, 'exclusions'],
  read: (asked, signal) => allChanges.read({ ...asked, filter: [...asked.filter, 'kind:exclusions', 'kind:exclusions_withdraw'] }, signal),
};

const listed = changeColumns.filter((c) => !['superseded'].includes(c.key)).map((c) => (c.key === 'kind' ? { ...c, choices: undefined } : c.key === 'gone' ? { ...c, title: '撤销' } : c));

const kinds = { dialysis: '血液透析', chemoradiation: '放化疗周期', emergency: '急诊抢救', transfer: '转院转科', special: '特例单议', other: '其他' };

const columns: readonly Column<Exempt>[] = [
  { key: 'ex_id', title: '规则与编号', width: 282, sorts: true, render: (x) => <span className="two" title={(x.rule_ids ?? []).join('、')}><span><RuleNames ids={x.rule_ids ?? []} /></span><Code>{x.ex_id}</Code></span> },
  { key: 'kind', title: '种类', width: 100, sorts: true, choices: Object.entries(kinds).map(([value, text]) => ({ value, text })), render: (x) => x.kind_name },
  { key: 'conditions', title: '条件', render: (x) => <span title={(x.conditions ?? []).join('，')}>{(x.conditions ?? []).join('，') || <span className="faint">没有其他条件</span>}</span> },
  { key: 'region', title: '区划', width: 76, sorts: true, render: (x) => <Layer of={x.region} /> },
  { key: 'valid_from', title: '适用的服务日', width: 166, sorts: true, render: (x) => <span className="figures">{x.valid_from || x.valid_to ? days(x.valid_from, x.valid_to) : '不限'}</span> },
  { key: 'reason', title: '理由', width: 170 },
];

const versionColumns: readonly Column<Version>[] = [
  { key: 'id', title: '版次', kind: 'number', width: 70, sorts: true },
  { key: 'at', title: '时间', kind: 'time', width: 150, sorts: true },
  { key: 'by', title: '操作人', width: 180, render: (v) => <Who face={v.by_face} id={v.by} /> },
  { key: 'changes', title: '变动', render: (v) => (v.changes ?? []).map((c) => [c.name, c.reason, c.added ? `新增 ${c.added}` : '', c.replaced ? `更换 ${c.replaced}` : '', c.withdrawn ? `撤销 ${c.withdrawn}` : '', c.taken_back ? `撤回第 ${c.taken_back} 版` : '', c.same ? `相同 ${c.same}` : ''].filter(Boolean).join('，')).join('；') },
  { key: 'change', title: '由来', width: 110, render: (v) => (v.change ? <To page={oneChange} params={{ id: String(v.change) }}>第 {v.change} 次变更</To> : v.restores ? <span className="quiet">恢复第 {v.restores} 版</span> : <span className="faint">—</span>) },
  { key: 'exclusions', title: '条数', kind: 'number', width: 80, sorts: true },
  { key: 'hash', title: '校验值', width: 170, hidden: true, render: (v) => <Code>{v.hash.slice(0, 16)}</Code> },
];

/** The versions of the list; the one in force can be taken back. */
function Versions({ keeps, at, go }: { keeps: boolean; at: ListState; go: Go<any> }) {
  const [asked, setAsked] = useState<number>();
  const newest = useQuery({ queryKey: ['/api/exclusions/versions', 'newest'], queryFn: async () => got(await api.GET('/api/exclusions/versions', { params: { query: { sort: '-id', limit: 1 } } })).items?.[0]?.id ?? 0 }).data;
  const act: Column<Version> = { key: 'act', title: '办理', width: 90, render: (v) => (v.id === newest && v.id > 1 ? <Button size="small" danger onClick={() => setAsked(v.id)}>撤回</Button> : null) };
  return (
    <>
      <DataTable label="例外名单的历次变动" source={versions} columns={keeps ? [...versionColumns, act] : versionColumns} rowKey={(v) => String(v.id)} at={at.sort ? at : { ...at, sort: '-id' }} go={go} onOpen={false} empty="没有变动" />
      <ReasonModal open={asked !== undefined} danger title={`撤回第 ${asked} 版名单`} okText="撤回" about="前一版的名单恢复，另成一版；已经作出的筛查不变。" onClose={() => setAsked(undefined)}
        onSend={(reason) => api.POST('/api/exclusions/versions/{id}/take-back', { params: { path: { id: asked! } }, body: { reason } })} />
    </>
  );
}

/** The exclusion list: visits that named rules do not judge, with the reason. */
export default function Exclusions(): ReactNode {
  const { at, go } = usePage(here);
  const { message } = App.useApp();
  const goTo = useGoTo();
  const keeps = useMay('knowledge.keep_exclusions');
  const stages = useMay('knowledge.stage_exclusions');
  const reads = useMay('knowledge.read_changes');
  const [importing, setImporting] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const [withdrawing, setWithdrawing] = useState(false);
  return (
    <>
      <PageHead title="例外名单" about="列明的规则不判定符合条件的就诊，也不计入时间窗和次数。导入和撤销先比较，由另一人决定是否生效。">
        <Button icon={<DownloadOutlined />} onClick={() => void download('/api/exclusions/template').catch((e: unknown) => message.error(sentence(e)))}>下载模板</Button>
        {stages && <Button type="primary" icon={<UploadOutlined />} onClick={() => setImporting(true)}>导入名单</Button>}
      </PageHead>
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab, q: '', filter: [], sort: '' })} destroyOnHidden items={[
        { key: 'list', label: '名单', children: <DataTable label="例外名单" source={source} columns={columns} rowKey={(x) => x.ex_id} at={at} go={go} searches="编号、规则、条件、理由" empty="没有例外" choose={stages ? { chosen, onChange: setChosen, acts: <Button size="small" danger onClick={() => setWithdrawing(true)}>撤销</Button> } : undefined} /> },
        ...(reads ? [{ key: 'changes', label: '变更', children: <DataTable label="例外名单的变更" source={changes} columns={listed} rowKey={(c) => String(c.id)} at={at.sort ? at : { ...at, sort: '-id' }} go={go} searches="理由、文件、提出人" onOpen={(c) => goTo(oneChange, { params: { id: String(c.id) } })} empty="还没有变更" /> }] : []),
        { key: 'versions', label: '历次变动', children: <Versions keeps={keeps} at={at} go={go} /> },
      ]} />
      {at.tab === 'list' && <One id={at.open} onClose={() => go({ open: '' })} />}
      <StageExclusions open={importing} onClose={() => setImporting(false)} />
      <ReasonModal open={withdrawing} danger title={`提出撤销 ${count(chosen.length)} 条例外`} okText="提出撤销" about="由另一人决定；生效后，这些就诊重新参加判定。" onClose={() => setWithdrawing(false)}
        onSend={async (reason) => { goTo(oneChange, { params: { id: String(got(await api.POST('/api/exclusions/withdraw', { body: { ids: chosen, reason } })).id) } }); }} />
    </>
  );
}

function One({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['/api/exclusions', 'one', id], enabled: id !== '', queryFn: async () => got(await api.GET('/api/exclusions', { params: { query: { filter: [`ex_id:${id}`], limit: 1 } } })).items?.[0] ?? null });
  const x = query.data;
  return (
    <Side open={id !== ''} title={x?.kind_name ?? '例外'} width={520} onClose={onClose}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !x ? <Nothing>没有这条例外，或不在您的管辖范围内</Nothing> : (
        <>
          <Facts items={[['编号', <Code copy>{x.ex_id}</Code>], ['区划', <Layer of={x.region} />], ['适用的服务日', <span className="figures">{days(x.valid_from, x.valid_to)}</span>]]} />
          <Section title="不判定的规则"><ul className="plain-list">{(x.rule_ids ?? []).map((r) => <li key={r}><To page={oneClass} params={{ id: r }}><RuleNames ids={[r]} /></To> <Code>{r}</Code></li>)}</ul></Section>
          <Section title="条件（都符合的就诊）"><ul className="plain-list">{(x.conditions ?? []).map((c) => <li key={c}>{c}</li>)}{(x.conditions ?? []).length === 0 && <li className="faint">没有其他条件</li>}</ul></Section>
          <Section title="理由"><p>{x.reason}</p></Section>
        </>
      )}
    </Side>
  );
}
