import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import type { ReactNode } from 'react';
import { api, got, type components } from '@api';
import { Chart, Code, count, DataTable, Facts, listOf, Loading, Nothing, PageHead, PlainTable, Section, Side, To, useGoTo, usePage, Wrong, type Column } from '@kit';
import { points } from '../../knowledge/ui/pages';
import type { RuleClass } from './classes';
import { coverage as here, oneClass } from './pages';
import { choices, programs, Status, statuses } from './words';

type Problem = components['schemas']['ProblemState'];
type Target = components['schemas']['TargetState'];

const problems = listOf('/api/rules/problems');
const classes = listOf('/api/rules/classes');

const domains = ['通用', '心内', '骨科', '血液净化', '康复', '影像', '检验', '肿瘤', '麻醉', '重症', '口腔', '手术', '药店'];

const problemColumns: readonly Column<Problem>[] = [
  { key: 'order', title: '序号', width: 66, sorts: true, render: (p) => <span className="figures">{p.no}</span> },
  { key: 'domain', title: '领域', width: 100, sorts: true, choices: domains.map((d) => ({ value: d, text: d })) },
  { key: 'category', title: '类别', width: 124, sorts: true },
  { key: 'check', title: '检查', render: (p) => <span className="wraps">{p.check}</span> },
  { key: 'status', title: '状态', width: 100, sorts: true, choices: choices(statuses), render: (p) => <Status of={p.status} /> },
  { key: 'rules', title: '判定的规则', width: 230, render: (p) => { const names = (p.by ?? []).map((t) => t.rule_name).join('、'); return names ? <span className="wraps">{names}</span> : <span className="faint">没有</span>; } },
  { key: 'data', title: '所缺数据', width: 240, render: (p) => <span className="wraps">{p.data}</span> },
];

const classColumns: readonly Column<RuleClass>[] = [
  { key: 'seq', title: '序号', kind: 'number', width: 64, sorts: true, render: (c) => <span className="figures">{c.seq || '—'}</span> },
  { key: 'name', title: '规则', width: 260, sorts: true },
  { key: 'program', title: '程序', width: 96, sorts: true, choices: choices(programs), render: (c) => programs[c.program] ?? c.program },
  { key: 'status', title: '状态', width: 190, sorts: true, choices: choices(Object.fromEntries(['executable', 'needs_knowledge', 'table_missing', 'not_run'].map((s) => [s, statuses[s]!]))), render: (c) => (c.status === 'executable' ? <Status of={c.status} /> : <span title={c.status_text}><Status of={c.status} /> <span className="faint">{c.status_text}</span></span>) },
  { key: 'in_force', title: '生效知识点', kind: 'number', width: 110, sorts: true },
  { key: 'blind', title: '不能发现的情形', render: (c) => <span className="wraps">{c.blind}</span> },
];

/** What is judged here and what is not, and why. */
export default function Coverage(): ReactNode {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  return (
    <>
      <PageHead title="规则覆盖" about="以本平台现有的知识点和数据，哪些检查能判定，哪些不能，缺什么。" />
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab, q: '', filter: [], sort: '', open: '' })} destroyOnHidden items={[
        { key: 'problems', label: '2025 年问题清单的检查', children: (
          <>
            <Sums path="/api/rules/problems" at={at.filter} choose={(filter) => go({ filter })} />
            <DataTable label="问题清单的检查" source={problems} columns={problemColumns} rowKey={(p) => p.no} at={at.sort ? at : { ...at, sort: 'order' }} go={go} searches="序号、检查、规则、数据" />
          </>
        ) },
        { key: 'classes', label: '规则类', children: (
          <>
            <Sums path="/api/rules/classes" at={at.filter} choose={(filter) => go({ filter })} />
            <DataTable label="规则类的状态" source={classes} columns={classColumns} rowKey={(c) => c.id} at={at.sort ? at : { ...at, sort: 'order' }} go={go} searches="编号、名称、定义" onOpen={(c) => goTo(oneClass, { params: { id: c.id } })} />
          </>
        ) },
      ]} />
      {at.tab === 'problems' && <One no={at.open} onClose={() => go({ open: '' })} />}
    </>
  );
}

/** Sums counts by status; a bar filters the list under it. */
function Sums({ path, at, choose }: { path: '/api/rules/problems' | '/api/rules/classes'; at: string[]; choose: (filter: string[]) => void }) {
  const query = useQuery({ queryKey: [path, 'statuses'], queryFn: async () => (got(await api.GET(path, { params: { query: { limit: 500 } } })).items ?? []) as { status: string }[] });
  if (!query.data) return null;
  const there = Object.keys(statuses).filter((s) => query.data.some((p) => p.status === s));
  if (there.length < 2) return null;
  const rest = at.filter((f) => !f.startsWith('status:'));
  return (
    <div className="sheet" style={{ marginBottom: 12, padding: '8px 16px' }}>
      <Chart label="按状态" kind="ranking" series={['条数']} unit="count" height={there.length * 26 + 24}
        figures={there.map((s) => ({ name: statuses[s]!, values: [query.data.filter((p) => p.status === s).length], onOpen: () => choose(at.includes(`status:${s}`) ? rest : [...rest, `status:${s}`]) }))} />
    </div>
  );
}

function One({ no, onClose }: { no: string; onClose: () => void }) {
  const query = useQuery({ queryKey: ['/api/rules/problems', 'one', no], enabled: no !== '', queryFn: async () => got(await api.GET('/api/rules/problems', { params: { query: { filter: [`no:${no}`], limit: 1 } } })).items?.[0] ?? null });
  const p = query.data;
  return (
    <Side open={no !== ''} title={`检查 第 ${no} 项`} width={680} onClose={onClose}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !p ? <Nothing>没有这一项</Nothing> : (
        <>
          <p>{p.check}</p>
          <Facts items={[['领域', p.domain], ['类别', p.category], ['状态', <Status of={p.status} />], ['全国公布的知识点', p.public ? '有' : '没有']]} />
          {p.part && <Section title="能判定哪一部分"><p>{p.part}</p></Section>}
          {p.data && <Section title="还缺的数据"><p>{p.data}</p></Section>}
          {p.point && <Section title="知识点要载明"><p>{p.point}</p></Section>}
          <Section title="判定的规则">
            <PlainTable<Target> label="判定的规则" rows={p.by ?? []} rowKey={(t) => t.rule_id} empty="没有规则能判定" columns={[
              { title: '规则', render: (_, t) => <To page={oneClass} params={{ id: t.rule_id }}>{t.rule_name || <Code>{t.rule_id}</Code>}</To> },
              { title: '状态', render: (_, t) => <Status of={t.status} /> },
              { title: '知识点', align: 'right', render: (_, t) => <To page={points} at={{ rule: t.rule_id }}>{count(t.points)}</To> },
              { title: '缺的数据表', render: (_, t) => <Code>{t.missing_table}</Code> },
            ]} />
          </Section>
        </>
      )}
    </Side>
  );
}
