import { ExperimentOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, Form } from 'antd';
import { useState } from 'react';
import { api, useMay, type components } from '@api';
import { Caution, Code, ConfirmModal, count, DayInput, Facts, FormModal, money, Nothing, PlainTable, Section, StateTag, Time, To, Who } from '@kit';
import { findings } from '../../review/ui/pages';
import { percent } from './words';
import type { VersionRecord } from './version';

type Tryout = components['schemas']['TryoutRecord'];
type Trial = components['schemas']['TrialResult'];
type Sum = components['schemas']['FindingSum'];
type Sample = components['schemas']['FindingSample'];

/** The runs that tried a version: on history beside what judges now, and in a city in which nothing is wrong. */
export function Tryouts({ v }: { v: VersionRecord }) {
  const [asked, setAsked] = useState<'trial' | 'gate'>();
  const tries = useMay('rule.try') && ['trial', 'grey'].includes(v.state);
  const all = v.tryouts ?? [];
  return (
    <>
      {tries && (
        <div className="spaced held-asked">
          <Button type="primary" icon={<ExperimentOutlined />} onClick={() => setAsked('trial')}>在历史数据上试运行</Button>
          <Button icon={<SafetyCertificateOutlined />} onClick={() => setAsked('gate')}>在合规城市中运行</Button>
          <span className="faint">两项都完成，才能转灰度、启用；试运行不产生对外的疑点。</span>
        </div>
      )}
      {all.length === 0 && <Nothing>{tries ? '还没有试运行' : '还没有试运行；审核通过后可以试运行'}</Nothing>}
      {all.map((t) => <One key={t.id} t={t} rule={v.rule_id} />)}
      <FormModal<{ from: string; to: string }> open={asked === 'trial'} title="在历史数据上试运行" okText="开始" about="用这个版本和现行版本分别判定这些服务日，比较两者的疑点。" onClose={() => setAsked(undefined)}
        onSend={(body) => api.POST('/api/rule-versions/{id}/trials', { params: { path: { id: v.id } }, body })}>
        <div className="pair">
          <Form.Item name="from" label="首个服务日" rules={[{ required: true, message: '请选择' }]}><DayInput /></Form.Item>
          <Form.Item name="to" label="最后服务日" rules={[{ required: true, message: '请选择' }]}><DayInput /></Form.Item>
        </div>
      </FormModal>
      <ConfirmModal open={asked === 'gate'} title="在合规城市中运行" okText="开始" about="合规城市是一座虚构的城市，其中没有违规。在那里给出违规，说明规则会误判。" onClose={() => setAsked(undefined)}
        onSend={() => api.POST('/api/rule-versions/{id}/gates', { params: { path: { id: v.id } } })} />
    </>
  );
}

function One({ t, rule }: { t: Tryout; rule: string }) {
  const failed = t.job_state === 'failed' || t.job_state === 'cancelled';
  const state = t.done ? (t.passed ? <StateTag tone="good">{t.kind === 'trial' ? '完成' : '通过'}</StateTag> : <StateTag tone="high">没有通过</StateTag>) : failed ? <StateTag tone="high">没有完成</StateTag> : <StateTag tone="middle">正在进行</StateTag>;
  return (
    <Section title={<span className="spaced">{t.kind === 'trial' ? `历史数据 ${t.from} 至 ${t.to}` : '合规城市'}{state}{!t.current && <StateTag tone="low">内容已改，不再作数</StateTag>}</span>}
      extra={<span className="faint"><Code>{t.id}</Code>，任务 <Code>{t.job}</Code>，<Who face={t.asked_face} id={t.asked_by} /> <Time at={t.asked_at} /></span>}>
      {failed && <Alert type="error" showIcon title={t.error || '没有完成，可再次试运行'} />}
      {t.done && t.error && <Alert type="warning" showIcon title={t.error} />}
      {t.comparison && <Comparison c={t.comparison} rule={rule} />}
      {t.gate && <Gate g={t.gate} />}
    </Section>
  );
}

const seconds = (nanoseconds: number) => `${(nanoseconds / 1e9).toFixed(1)} 秒`;

const parts = [['added', '新增'], ['gone', '消失'], ['changed', '改变'], ['same', '不变']] as const;

function Comparison({ c, rule }: { c: Trial; rule: string }) {
  return (
    <>
      <div className="tallies">
        {c.visits + c.lines > 0 && <div className="tally"><span>判定的明细</span><b className="figures">{count(c.lines)}</b><span className="faint figures">{count(c.visits)} 人次就诊</span></div>}
        {parts.map(([name, title]) => <Tally key={name} title={title} sum={c[name]} />)}
        <div className="tally"><span>准确率估计</span><b className="figures">{percent(c.precision.millionths)}</b><span className="faint figures">{c.precision.decided > 0 ? `n = ${count(c.precision.decided)}，成立 ${count(c.precision.upheld)}` : '没有已有结论的疑点'}</span></div>
        <div className="tally"><span>现行版本的准确率</span><b className="figures">{percent(c.now_precision.millionths)}</b><span className="faint figures">{c.now_precision.decided > 0 ? `n = ${count(c.now_precision.decided)}，成立 ${count(c.now_precision.upheld)}` : '没有已有结论的疑点'}</span></div>
        <div className="tally"><span>用时</span><b className="figures">{seconds(c.took)}</b><span className="faint figures">现行版本 {seconds(c.now_took)}</span></div>
      </div>
      <p className="quiet"><Caution text="估计" why={c.method} /> {c.method.replace(/。?$/, '。')}现行版本 {c.now ? <Code>{c.now}</Code> : '没有'}，试运行版本 <Code>{c.candidate}</Code>，数据期 <span className="figures">{c.epoch}</span>，知识库 <Code>{c.knowledge.slice(0, 12)}</Code>。</p>
      <div className="rule-texts">
        <Section title="受影响最大的机构">
          <PlainTable label="受影响最大的机构" rows={c.institutions ?? []} rowKey={(i) => i.code} empty="没有受影响的机构" columns={[
            { title: '机构', render: (_, i) => <To page={findings} at={{ rule_id: [rule], fixmedins_code: [i.code] }}>{i.name || i.code}</To> },
            ...(['added', 'gone', 'changed'] as const).map((name) => ({ title: { added: '新增', gone: '消失', changed: '改变' }[name], align: 'right' as const, render: (_: unknown, i: components['schemas']['AffectedInstitution']) => <Two sum={i[name]} /> })),
          ]} />
        </Section>
        <Section title="样例（每类至多 10 件）"><Samples rows={c.samples ?? []} /></Section>
      </div>
    </>
  );
}

const Tally = ({ title, sum }: { title: string; sum: Sum }) => <div className="tally"><span>{title}</span><b className="figures">{count(sum.findings)}</b><span className="faint figures">{money(sum.amount || '0')} 元</span></div>;

const Two = ({ sum }: { sum: Sum }) => (sum.findings === 0 ? <span className="faint">—</span> : <span className="figures nowrap">{count(sum.findings)}<span className="faint">　{money(sum.amount || '0')}</span></span>);

const whats: Record<string, string> = { added: '新增', gone: '消失', changed: '改变' };

/** Samples are findings of a run; those of the clean city, whose visits nobody had, lead nowhere. */
const Samples = ({ rows, invented }: { rows: readonly Sample[]; invented?: boolean }) => (
  <PlainTable<Sample> label="样例" rows={rows} rowKey={(s) => s.what + s.finding_id} empty="没有不同的疑点" columns={[
    ...(invented ? [] : [{ title: '变化', render: (_: unknown, s: Sample) => whats[s.what] ?? s.what }]),
    { title: '疑点', width: invented ? undefined : 320, render: (_, s) => <><span>{s.explanation}</span><br /><span className="faint">就诊 {invented ? <Code>{s.mdtrt_id}</Code> : <To page={findings} at={{ mdtrt_id: [s.mdtrt_id] }}><Code>{s.mdtrt_id}</Code></To>}，<Code>{s.fixmedins_code}</Code></span></> },
    { title: '金额', align: 'right', render: (_, s) => <span className="figures">{money(s.amount || '0')}</span> },
  ]} />
);

function Gate({ g }: { g: components['schemas']['CleanCityResult'] }) {
  return (
    <>
      <Facts columns={3} items={[
        ['判定的明细', <span className="figures">{count(g.lines)}</span>], ['给出的违规', <b className="figures">{count(g.violations)}</b>], ['给出的可疑', <span className="figures">{count(g.suspicions)}</span>],
        ['程序版本', <Code>{g.program}</Code>], ['城市种子', <Code>{String(g.seed)}</Code>],
      ]} />
      {(g.examples ?? []).length > 0 && <Samples rows={g.examples!} invented />}
    </>
  );
}
