import { useQuery } from '@tanstack/react-query';
import { App, AutoComplete, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api, got, sentence, today, useMay, type components } from '@api';
import { Code, count, DayInput, FormModal, Money, money, PlainTable, To } from '@kit';
import { fen, ofOffers, type Line } from './words';
import { finding } from './pages';
import { allOf, groupsOf, most, type Filter } from './source';
import { State } from './parts';

type Way = components['schemas']['Way'];
type Results = components['schemas']['Results'];

/** useWays are the moves that whoever is logged in may make somewhere in the chain. */
export function useWays(): Way[] {
  const query = useQuery({ queryKey: ['/api/findings/moves'], staleTime: Infinity, queryFn: async () => got(await api.GET('/api/findings/moves')).items ?? [] });
  return query.data ?? [];
}

/** ChooseAll chooses all that the filter gives and is not over. */
export function ChooseAll({ at, total, onChosen }: { at: Filter; total: number; onChosen: (all: Line[]) => void }) {
  const { message } = App.useApp();
  const [reading, setReading] = useState(0);
  const passes = useMay('review.pass');
  const ways = useWays();
  if (ways.length === 0 && !passes) return null;
  const all = async () => {
    setReading(1);
    try {
      const open = (await allOf(at, setReading)).filter((f) => !f.ended);
      if (open.length === 0) void message.info('筛选所得的疑点都已办结');
      onChosen(open);
    } catch (error) {
      void message.error(sentence(error), 6);
    } finally {
      setReading(0);
    }
  };
  return <Button onClick={() => void all()} loading={reading > 0} disabled={total === 0}>{reading > 1 ? `已读 ${count(reading)}` : `选定${total > most ? `前 ${count(most)} 条` : '全部'}`}</Button>;
}

/** BulkActs are what may be done with the findings that are chosen: those that a move does not fit are left out. */
export function BulkActs({ chosen, onChosen }: { chosen: Line[]; onChosen: (all: Line[]) => void }) {
  const [way, setWay] = useState<Way>();
  const [passing, setPassing] = useState(false);
  const [results, setResults] = useState<{ title: string; results: Results }>();
  const passes = useMay('review.pass');
  const of = (w: Way) => chosen.filter((f) => (w.from ?? []).includes(f.state) && (!ofOffers.includes(w.move) || f.latest > Math.max(f.revision, f.aside ?? 0)));
  const open = useWays().filter((w) => of(w).length > 0);
  const over = () => { setResults(undefined); onChosen([]); };
  return (
    <>
      <span className="quiet figures nowrap">计入 {money((chosen.reduce((sum, f) => sum + fen(f.counted), 0) / 100).toFixed(2))} 元</span>
      {open.map((w) => <Button key={w.move} size="small" onClick={() => setWay(w)}>{w.title} {of(w).length < chosen.length && count(of(w).length)}</Button>)}
      {passes && <Button size="small" onClick={() => setPassing(true)}>转交科室、医师</Button>}
      {open.length === 0 && !passes && <span className="quiet">其中没有由您办理的</span>}
      <BulkModal way={way} findings={way ? of(way) : []} onClose={() => setWay(undefined)} onDone={(r) => setResults({ title: way!.title, results: r })} />
      <PassModal open={passing} ids={chosen.map((f) => f.finding_id)} onClose={() => setPassing(false)} onDone={() => onChosen([])} />
      <Modal open={results !== undefined} title={`${results?.title ?? ''}：办理结果`} width={860} footer={<Button type="primary" onClick={over}>关闭</Button>} onCancel={over}>
        {results && <Outcome results={results.results} />}
      </Modal>
    </>
  );
}

/** Outcome is what became of each finding: done, or denied with the article and why. */
function Outcome({ results }: { results: Results }) {
  const items = [...(results.items ?? [])].sort((a, b) => Number(a.done) - Number(b.done));
  return (
    <>
      <p role="status">办成 <b className="figures">{count(results.done)}</b> 条{results.denied > 0 && <>，未办 <b className="figures rv-late">{count(results.denied)}</b> 条，理由如下</>}</p>
      <PlainTable label="办理结果" rows={items} rowKey={(r) => r.finding_id} columns={[
        { title: '疑点', key: 'id', render: (_, r) => <To page={finding} params={{ id: r.finding_id }}><Code>{r.finding_id}</Code></To> },
        { title: '结果', key: 'done', render: (_, r) => (r.done ? '已办' : <span className="rv-late">未办</span>) },
        { title: '现在环节', key: 'state', render: (_, r) => <State f={r} /> },
        { title: '计入金额', key: 'counted', align: 'right', render: (_, r) => <Money yuan={r.counted} /> },
        { title: '理由与条款', key: 'why', render: (_, r) => (r.refusals ?? []).map((x) => <div key={x.code} className="rv-why">{x.sentence}{x.article && <span className="faint">（{x.article}）</span>}</div>) },
      ]} />
    </>
  );
}

function BulkModal({ way, findings, onClose, onDone }: { way?: Way; findings: Line[]; onClose: () => void; onDone: (r: Results) => void }) {
  const sum = findings.reduce((all, f) => all + fen(f.counted), 0);
  return (
    <FormModal<{ reason?: string; until?: string; document?: string }> open={way !== undefined} title={way?.title ?? ''} okText={`办理 ${count(findings.length)} 条`} onClose={onClose}
      about={<>对 {count(findings.length)} 条疑点办理“{way?.title}”，计入金额合计 {money((sum / 100).toFixed(2))} 元{way?.to_title && <>，之后进入“{way.to_title}”</>}{way?.paper && <>，按机构各拟一份{way.paper}</>}。每条单独记入操作日志；不符合条件的不办，并说明理由。</>}
      onSend={async (v) => onDone(got(await api.POST('/api/findings/decide', { body: { move: way!.move, finding_ids: findings.map((f) => f.finding_id), reason: v.reason?.trim(), document: v.document?.trim(), until: v.until } })))}>
      {way && <DecisionFields needsReason={way.needs_reason} needsUntil={way.needs_until} />}
    </FormModal>
  );
}

/** DecisionFields are what a decision says beside its money. */
export function DecisionFields({ needsReason, needsUntil }: { needsReason: boolean; needsUntil: boolean }) {
  return (
    <>
      <Form.Item name="reason" label="理由" rules={[{ required: needsReason, whitespace: needsReason, message: '这一办理要写明理由' }]}><Input.TextArea rows={4} maxLength={2000} showCount /></Form.Item>
      {needsUntil && <Form.Item name="until" label="处理截止日" rules={[{ required: true, message: '请指定处理期限的最后一日' }]}><DayInput min={today()} /></Form.Item>}
    </>
  );
}

/** doctorsOf are the doctors to choose from, whose line it is first. */
const doctorsOf = (groups: components['schemas']['Group'][] | undefined, first?: string) => (groups ?? []).filter((g) => g.key !== '')
  .sort((a, b) => Number(b.key === first) - Number(a.key === first))
  .map((g) => ({ value: g.key, label: `${g.key}　${g.key === first ? '开单医师，' : ''}${count(g.findings)} 条疑点` }));

/** PassModal passes findings to a department and a doctor of the institution; the doctors of its findings are offered. */
export function PassModal({ open, ids, doctor, onClose, onDone }: { open: boolean; ids: string[]; doctor?: string; onClose: () => void; onDone?: () => void }) {
  const desks = useQuery({ queryKey: ['/api/findings/desks'], enabled: open, queryFn: async () => got(await api.GET('/api/findings/desks')).items ?? [] });
  const doctors = useQuery({ ...groupsOf('doctor'), enabled: open });
  return (
    <FormModal<{ desk: string; dr_code?: string; reason?: string }> open={open} title={`转交 ${count(ids.length)} 条疑点`} okText="转交" onClose={onClose}
      about="科室和医师从此看得到这些疑点，可以说明情况、附材料；对外答复仍由医保办作出。"
      onSend={async (v) => { await api.POST('/api/findings/pass', { body: { finding_ids: ids, desk: v.desk, dr_code: v.dr_code?.trim(), reason: v.reason?.trim() } }); onDone?.(); }}>
      <Form.Item name="desk" label="科室" rules={[{ required: true, message: '请选择科室' }]}><Select loading={desks.isPending} options={(desks.data ?? []).map((o) => ({ value: o.code, label: o.kind === 'institution' ? `${o.name}（收回）` : o.name }))} notFoundContent="本机构还没有登记科室" /></Form.Item>
      <Form.Item name="dr_code" label="医师代码"><AutoComplete maxLength={30} placeholder="D…" showSearch={{ filterOption: (typed, o) => String(o?.value).includes(typed.trim().toUpperCase()) }} options={doctorsOf(doctors.data, doctor)} /></Form.Item>
      <Form.Item name="reason" label="要求说明的内容"><Input.TextArea rows={3} maxLength={500} showCount /></Form.Item>
    </FormModal>
  );
}
