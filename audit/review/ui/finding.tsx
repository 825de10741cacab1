import { PrinterOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, got, useMay } from '@api';
import { Code, Facts, Loading, PageHead, Section, To, usePage, useThing, Wrong } from '@kit';
import { institution, person } from '../../../facts/registry/ui/pages';
import { points } from '../../knowledge/ui/pages';
import { oneClass } from '../../rule/ui/pages';
import { Certificate } from './certificate';
import { Clocks } from './clocks';
import { Files } from './files';
import { FeeLines } from './lines';
import { MoneyOf } from './money';
import { Moves } from './moves';
import { Offered, Revisions } from './offered';
import { Others } from './others';
import { finding as here, findings } from './pages';
import { Papers } from './papers';
import { Result, State } from './parts';
import { useWhole } from './source';
import { Way } from './way';
import './review.css';
import './finding.css';
import { answers, outcomes, severities, ways, type Detail } from './words';

/** One finding: what it rests on from admission to rule to review, its money, and what may be done with it now. */
export default function Finding() {
  const { params } = usePage(here);
  const id = params.id ?? '';
  const query = useQuery({ queryKey: ['/api/findings', 'one', id], queryFn: async ({ signal }) => got(await api.GET('/api/findings/{id}', { params: { path: { id } }, signal })) });
  if (query.isLoadingError) return <><PageHead title="疑点" about={<Code>{id}</Code>} /><Wrong error={query.error} again={() => void query.refetch()} /></>;
  if (query.isPending) return <Loading lines={12} />;
  return <Page detail={query.data} />;
}

function Page({ detail }: { detail: Detail }) {
  const f = detail.finding;
  useThing(`${f.rule_name} ${f.finding_id}`);
  const c = detail.content;
  const authority = useMay('review.read');
  const whole = useWhole() || authority;
  const stories = useMay('claim.story');
  const knows = useMay('knowledge.read');
  const browses = useMay('rule.browse');
  const visit = useQuery({ queryKey: ['/api/findings', 'visit', f.finding_id], staleTime: 60_000, queryFn: async ({ signal }) => got(await api.GET('/api/findings/{id}/visit', { params: { path: { id: f.finding_id } }, signal })) });
  return (
    <article className="rv-page">
      <header className="rv-head">
        <div>
          <p className="rv-trail"><span className="no-print"><To page={findings}>疑点</To> / </span><Code copy>{f.finding_id}</Code></p>
          <h1>{f.rule_name} <Result of={f.result} /> <span className="rv-state"><State f={f} /></span></h1>
        </div>
        <div className="page-acts">
          <Button icon={<PrinterOutlined />} onClick={() => window.print()}>打印</Button>
        </div>
      </header>
      <div className="rv-cols">
        <div className="rv-main">
          {detail.offered && <Offered detail={detail} />}
          <section className="sheet">
            <p className="rv-said">{c?.explanation}</p>
            <Facts columns={3} items={[
              ['机构', <><To page={findings} at={{ fixmedins_code: [f.fixmedins_code] }}>{f.fixmedins_name}</To> {whole && <span className="no-print"><To page={institution} params={{ code: f.fixmedins_code }}>全貌</To></span>}</>],
              ['科室', f.dept_name && <To page={findings} at={{ fixmedins_code: [f.fixmedins_code], dept_name: [f.dept_name] }}>{f.dept_name}</To>],
              ['医师', f.dr_code && <To page={findings} at={{ dr_code: [f.dr_code] }}><Code>{f.dr_code}</Code></To>],
              ['人员', f.psn_no && <><To page={findings} at={{ psn_no: [f.psn_no] }}><Code>{f.psn_no}</Code></To> {stories && <span className="no-print"><To page={person} params={{ psn: f.psn_no }}>全貌</To></span>}</>],
              ['就诊', f.mdtrt_id && <To page={findings} at={{ mdtrt_id: [f.mdtrt_id] }}><Code>{f.mdtrt_id}</Code></To>],
              ['结算', c?.setl_id && c.setl_id.split(';').map((s) => <Code key={s}>{s} </Code>)],
              ['规则', <>{browses ? <To page={oneClass} params={{ id: f.rule_id }}><Code>{f.rule_id}</Code></To> : <Code>{f.rule_id}</Code>} <span className="faint">{f.rule_version} 版</span></>],
              ['知识点', f.kp_id && (knows ? <To page={points} at={{ rule: f.rule_id, q: f.kp_id }}><Code>{f.kp_id}</Code></To> : <Code>{f.kp_id}</Code>)],
              ['严重程度', severities[f.severity]],
              ['机构答复', f.sent ? answers[f.answer || 'none'] : '尚未告知'],
              ['结论', outcomes[f.outcome || 'none']],
              ['支付方式', c?.clr_way && (ways[c.clr_way] ?? c.clr_way)],
            ]} />
          </section>
          <section className="sheet"><Section title="从入院到处理"><Way detail={detail} visit={visit.data} /></Section></section>
          <section className="sheet"><FeeLines detail={detail} query={visit} /></section>
          <Others detail={detail} visit={visit.data} authority={authority} />
          {(detail.revisions ?? []).length > 1 && <section className="sheet"><Revisions detail={detail} /></section>}
          <section className="sheet rv-basis">
            <Section title="依据">
              <Facts columns={1} items={[['知识点依据', c?.basis], ['法律条款', c?.legal_article]]} />
              <p className="faint">筛查 <Code>{c?.run_id}</Code>　数据 <Code>{c?.snapshot_id}</Code>　第 {f.revision} 版</p>
            </Section>
          </section>
        </div>
        <aside className="rv-rail" aria-label="办理">
          <section className="sheet"><MoneyOf f={f} /></section>
          <section className="sheet"><Clocks clocks={detail.clocks ?? []} f={f} /></section>
          <Moves detail={detail} />
          <section className="sheet"><Files detail={detail} /></section>
          <Papers id={f.finding_id} />
          {authority && <section className="sheet no-print"><Certificate id={f.finding_id} /></section>}
        </aside>
      </div>
    </article>
  );
}
