import './rule.css';
import { useQuery } from '@tanstack/react-query';
import { Alert, Tabs } from 'antd';
import type { ReactNode } from 'react';
import { api, got, type components } from '@api';
import { Code, Evidence, Facts, Loading, PageHead, Region, Section, To, usePage, Who, Wrong } from '@kit';
import { Moves, opens, refusalsOf } from './moves';
import { oneClass, oneVersion as here } from './pages';
import { TextView } from './text';
import { Tryouts } from './tryouts';
import { VersionState } from './words';

export type VersionRecord = components['schemas']['VersionRecord'];

/** How much of what is wrong stands above the page. */
const shown = 5;

/** One version of a rule: where it stands, what leads on, what it was tried by. */
export default function Version(): ReactNode {
  const { at, go, params } = usePage(here);
  const id = params.id!;
  const query = useQuery({
    queryKey: ['/api/rule-versions', 'one', id],
    queryFn: async () => got(await api.GET('/api/rule-versions/{id}', { params: { path: { id } } })),
    refetchInterval: (q) => ((q.state.data?.tryouts ?? []).some((t) => !t.done && t.job_state !== 'failed' && t.job_state !== 'cancelled') ? 2000 : false),
  });
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (query.isPending) return <Loading />;
  const v = query.data;
  const wrong = v.wrong ?? [];
  return (
    <>
      <PageHead thing={`${v.name} ${v.label}`} title={<span className="spaced">{v.name}<Code>{v.label}</Code><VersionState of={v.state} /></span>} about={v.reason}>
        <Moves v={v} />
      </PageHead>
      {wrong.length > 0 && <Alert className="notice" type="warning" showIcon title={`定义或案例有 ${wrong.length} 处不符，改正前不能提交`} description={<ul className="plain-list">{wrong.slice(0, shown).map((w) => <li key={w}>{w}</li>)}{wrong.length > shown && <li className="quiet">还有 {wrong.length - shown} 处</li>}</ul>} />}
      <div className="sheet">
        <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab })} destroyOnHidden items={[
          { key: 'about', label: '办理经过', children: <About v={v} /> },
          { key: 'tryouts', label: `试运行 ${(v.tryouts ?? []).length}`, children: <Tryouts v={v} /> },
          { key: 'definition', label: '定义', children: <TextView text={v.definition} name={`${v.rule_id}-rule.yaml`} /> },
          { key: 'cases', label: '案例', children: <TextView text={v.cases} name={`${v.rule_id}-cases.yaml`} /> },
        ]} />
      </div>
    </>
  );
}

function About({ v }: { v: VersionRecord }) {
  const refused = (v.moves ?? []).filter((m) => !opens(m));
  return (
    <>
      <Facts columns={3} items={[
        ['编号', <Code copy>{v.id}</Code>], ['规则', v.overrides ? <To page={oneClass} params={{ id: v.rule_id }}><Code>{v.rule_id}</Code></To> : <><Code>{v.rule_id}</Code> 地方新增</>], ['区划', <Region code={v.region} coded />],
        ['适用的服务日', <span className="figures">{`${v.from} 至 ${v.to || '不限'}`}</span>], ['依据的文件', v.document], ['起草人', <Who face={v.author_face} id={v.author} />],
        ['灰度机构', (v.institutions ?? []).length > 0 ? <span>{v.institutions!.map((i) => i.name).join('、')}</span> : '没有指定'], ['内容校验值', <Code copy>{v.hash.slice(0, 16)}</Code>],
      ]} />
      <div className="rule-texts">
        <Section title="经过">
          <Evidence events={(v.steps ?? []).map((s) => ({ key: String(s.n), at: s.at, title: s.title, said: <>{s.reason}{s.document && `（${s.document}）`}</>, body: <span className="faint"><Who face={s.by} id={s.actor} />，内容 <Code>{s.hash.slice(0, 8)}</Code></span>, tone: s.to === 'force' ? 'good' as const : undefined }))} />
        </Section>
        <Section title="下一步">
          {(v.moves ?? []).length === 0 ? <p className="faint">已经结束，没有下一步。</p> : (
            <ul className="next-moves">
              {(v.moves ?? []).filter((m) => opens(m)).map((m) => <li key={m.move}><b>{m.title}</b><span className="quiet">可以办理</span></li>)}
              {refused.map((m) => <li key={m.move}><b className="quiet">{m.title}</b><span>{refusalsOf(m).map((r) => <span key={r.code} className="refusal">{r.sentence}{r.article && <span className="faint">（{r.article}）</span>}</span>)}</span></li>)}
            </ul>
          )}
        </Section>
      </div>
    </>
  );
}
