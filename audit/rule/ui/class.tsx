import './rule.css';
import { DownloadOutlined, EditOutlined, FileSearchOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Tabs } from 'antd';
import type { ReactNode } from 'react';
import { api, download, got, sentence, useMay, type components } from '@api';
import { Caution, Code, count, Facts, Loading, PageHead, PlainTable, Section, To, useGoTo, usePage, Wrong } from '@kit';
import { points } from '../../knowledge/ui/pages';
import { findings } from '../../review/ui/pages';
import { Cases } from './cases';
import { classes, coverage, draft, oneClass as here } from './pages';
import { Held } from './held';
import { certain, certainties, objects, programs, Result, scenes, Status, types } from './words';

type Detail = components['schemas']['CatalogueDetail'];
type Param = components['schemas']['Param'];

/** One rule class: what it says, what it stands on, what it cannot see, and what became of its findings. */
export default function Class(): ReactNode {
  const { at, go, params } = usePage(here);
  const id = params.id!;
  const goTo = useGoTo();
  const { message } = App.useApp();
  const writes = useMay('rule.write');
  const imports = useMay('knowledge.stage', 'knowledge.read');
  const reads = useMay('rule.read');
  const reviews = useMay('review.read');
  const query = useQuery({ queryKey: ['/api/rules/classes', 'one', id], queryFn: async () => got(await api.GET('/api/rules/classes/{id}', { params: { path: { id } } })) });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const c = query.data;
  return (
    <>
      <PageHead thing={c.name} title={<span className="spaced">{c.name}<Result of={c.result} /><Status of={c.status} why={c.status_text} /></span>} about={c.definition}>
        {reviews && <Button icon={<FileSearchOutlined />} onClick={() => goTo(findings, { at: { rule_id: [c.id] } })}>相关疑点</Button>}
        {imports && c.needs_point && <Button icon={<DownloadOutlined />} onClick={() => void download(`/api/knowledge/templates/${c.id}`).catch((e: unknown) => message.error(sentence(e)))}>知识点模板</Button>}
        {writes && c.executable && <Button type="primary" icon={<EditOutlined />} onClick={() => goTo(draft, { at: { rule: c.id } })}>起草地方版本</Button>}
      </PageHead>
      <div className="sheet">
        <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab })} destroyOnHidden items={[
          { key: 'about', label: '规则', children: <About c={c} /> },
          { key: 'params', label: `参数 ${c.parameters.length}`, children: <Parameters c={c} /> },
          { key: 'cases', label: `案例 ${c.cases}`, children: <Cases id={c.id} chosen={at.case} kind={at.kind} go={go} /> },
          ...(reads ? [{ key: 'versions', label: '地方版本', children: <Held rule={c.id} region={at.region} day={at.day} go={go} /> }] : []),
        ]} />
      </div>
    </>
  );
}

function About({ c }: { c: Detail }) {
  const words = (names: readonly string[] | null | undefined, of: Record<string, string>) => (names ?? []).map((n) => of[n] ?? n).join('、');
  return (
    <>
      <Facts columns={3} items={[
        ['编号', <Code copy>{c.id}</Code>], ['国家清单序号', c.seq ? String(c.seq) : '平台自有'], ['版本', <Code>{c.version}</Code>],
        ['分类', <To page={classes} at={{ filter: [`tier2:${c.tier2}`] }}>{`${c.tier1}／${c.tier2}`}</To>], ['程序', <To page={classes} at={{ filter: [`program:${c.program}`] }}>{programs[c.program] ?? c.program}</To>], ['适用对象', words(c.objects, objects) || '全部明细'],
        ['环节', (c.stages ?? []).join('、')], ['场景', words(c.scenes, scenes)], ['机构级别', (c.levels ?? []).join('、')],
        ['时间窗', c.window], ['知识点', c.needs_point || c.points > 0 ? <To page={points} at={{ rule: c.id }}>{`生效 ${count(c.in_force)}，共 ${count(c.points)}`}</To> : '不需要知识点'],
        ['待补参数', c.needs_parameters > 0 ? <To page={points} at={{ rule: c.id, needs: 'true' }}>{`${count(c.needs_parameters)} 个知识点`}</To> : '没有'],
      ]} />
      <div className="rule-texts">
        <Section title="判定逻辑"><p>{c.logic}</p></Section>
        <Section title="不能发现的情形"><p>{c.blind}</p></Section>
        <Section title="知识点说明什么"><p>{c.knowledge}</p></Section>
        <Section title="知识点的依据"><p>{c.basis}</p></Section>
        <Section title="例外如何处理"><p>{c.exceptions}</p></Section>
        <Section title="依据条款">
          <ul className="plain-list">
            {(c.legal ?? []).map((l) => <li key={l.from + l.article}><span className="figures quiet">{l.from} 起</span> {l.article} {certain(l.certainty) ? <span className="faint">{certainties[l.certainty]}</span> : <Caution why={certainties[l.certainty]} />}</li>)}
          </ul>
        </Section>
      </div>
      <Verdicts rule={c.id} />
      <div className="rule-texts">
        <Section title="知识点的来源"><Counted of={c.sources} empty="没有知识点" /></Section>
        <Section title="知识点还缺的参数"><Counted of={c.missing} empty="没有缺的参数" /></Section>
      </div>
      {c.problems.length > 0 && <Section title="能判定的检查（2025 年问题清单）"><span className="spaced">{c.problems.map((no) => <To key={no} page={coverage} at={{ q: no, open: no }}>第 {no} 项</To>)}</span></Section>}
    </>
  );
}

const Counted = ({ of, empty }: { of: Record<string, number> | null; empty: string }) => {
  const all = Object.entries(of ?? {}).sort((a, b) => b[1] - a[1]);
  return all.length === 0 ? <p className="faint">{empty}</p> : <ul className="plain-list">{all.map(([name, n]) => <li key={name} className="counted"><span>{name}</span><span className="figures">{count(n)}</span></li>)}</ul>;
};

/** What became of the findings of a class, by version. */
function Verdicts({ rule }: { rule: string }) {
  const reads = useMay('review.read');
  const query = useQuery({ queryKey: ['/api/verdicts', rule], enabled: reads, queryFn: async () => got(await api.GET('/api/verdicts', { params: { query: { filter: [`rule_id:${rule}`], limit: 100 } } })).items ?? [] });
  if (!reads) return null;
  return (
    <Section title="疑点的结论和准确率" extra={<span className="faint">准确率为已定疑点中维持和部分维持的比例</span>}>
      {query.isLoadingError ? <Wrong error={query.error} /> : (
        <PlainTable label="疑点的结论和准确率" rows={query.data ?? []} loading={query.isPending} rowKey={(v) => v.id} empty="还没有疑点进入审核" columns={[
          { title: '版本', render: (_, v) => <Code>{v.rule_version}</Code> },
          ...(['open', 'upheld', 'partly', 'dismissed', 'decided'] as const).map((name) => ({ title: { open: '未定', upheld: '维持', partly: '部分维持', dismissed: '排除', decided: '已定' }[name], align: 'right' as const, render: (_: unknown, v: components['schemas']['Precision']) => <span className="figures">{count(v[name])}</span> })),
          { title: '准确率', align: 'right', render: (_, v) => <b className="figures">{v.precision ? `${(Number(v.precision) * 100).toFixed(1)}%` : '—'}</b> },
          { title: '疑点', render: () => <To page={findings} at={{ rule_id: [rule] }}>查看</To> },
        ]} />
      )}
    </Section>
  );
}

function Parameters({ c }: { c: Detail }) {
  if (c.parameters.length === 0) return <p className="faint">这个规则类没有参数。</p>;
  return (
    <PlainTable<Param> label="参数" rows={c.parameters} rowKey={(p) => p.name} columns={[
      { title: '参数', render: (_, p) => <Code>{p.name}</Code> },
      { title: '含义', width: 420, render: (_, p) => p.meaning },
      { title: '类型', render: (_, p) => types[p.type] ?? p.type },
      { title: '可取的值', width: 220, render: (_, p) => <Range p={p} /> },
      { title: '必填', render: (_, p) => (p.required ? '必填' : p.one_of ? <><Code>{p.one_of}</Code> 至少一项</> : p.when ? <Code>{p.when}</Code> : <span className="faint">选填</span>) },
      { title: '知识点缺它的', align: 'right', render: (_, p) => <span className="figures">{c.missing?.[p.name] ? count(c.missing[p.name]!) : <span className="faint">—</span>}</span> },
    ]} />
  );
}

/** Range is what a parameter may be. */
export const Range = ({ p }: { p: Param }) => {
  if (p.values?.length) return <Code>{p.values.join('、')}</Code>;
  if (p.type !== 'number' && p.type !== 'whole') return <span className="faint">—</span>;
  return <span className="figures">{p.max ? `${p.min} 至 ${count(p.max)}` : `不小于 ${p.min}`}</span>;
};
