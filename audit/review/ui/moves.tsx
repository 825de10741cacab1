import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api, got, useMay } from '@api';
import { FormModal, money, Section } from '@kit';
import { DecisionFields, PassModal } from './bulk';
import { FilePick } from './files';
import { fen, ofOffers, type Detail, type Option } from './words';

/** What leads on comes first, before it what a new revision asks for. */
const usual = [...ofOffers, 'suspect', 'appeal', 'uphold', 'panel_uphold', 'confirm', 'settle', 'deduct', 'recover', 'accept', 'petition'];

/** Moves are what may be done now; one that may not says why, with the article. */
export function Moves({ detail }: { detail: Detail }) {
  const [move, setMove] = useState<Option>();
  const [own, setOwn] = useState<'pass' | 'comment'>();
  const passes = useMay('review.pass');
  const comments = useMay('review.comment');
  const all = (detail.moves ?? []).filter((m) => (detail.offered || !ofOffers.includes(m.move)) // without an offer there is nothing to say of it
    && !(m.refusals ?? []).some((r) => r.code === 'review.whole' || r.code === 'review.part')); // either all is taken back or what is contested: the other is not asked
  const rank = (m: Option) => (m.allowed ? 0 : 100) + (usual.indexOf(m.move) + 1 || 50);
  const mine = all.filter((m) => m.mine).sort((a, b) => rank(a) - rank(b));
  const theirs = all.filter((m) => !m.mine);
  const f = detail.finding;
  const inside = !f.ended && (passes || comments);
  if (f.ended && mine.length === 0) return null;
  return (
    <section className="sheet no-print">
      <Section title="办理">
        {mine.length === 0 && !inside && <p className="quiet">现在没有由您办理的事项</p>}
        <div className="rv-moves">
          {mine.map((m, k) => (
            <div key={m.move}>
              <Button block type={k === 0 && m.allowed ? 'primary' : 'default'} disabled={!m.allowed} onClick={() => setMove(m)}>{m.title}</Button>
              {!m.allowed && (m.refusals ?? []).map((r) => <p key={r.code} className="rv-refusal">{r.sentence}{r.article && <>（{r.article}）</>}</p>)}
            </div>
          ))}
          {inside && passes && <Button block onClick={() => setOwn('pass')}>转交科室、医师</Button>}
          {inside && comments && <Button block type={mine.length === 0 && !passes ? 'primary' : 'default'} onClick={() => setOwn('comment')}>说明情况</Button>}
        </div>
        {theirs.length > 0 && <p className="faint rv-theirs">由他人办理：{theirs.map((m) => m.title).join('、')}</p>}
      </Section>
      <Decide move={move} detail={detail} onClose={() => setMove(undefined)} />
      <PassModal open={own === 'pass'} ids={[f.finding_id]} doctor={f.dr_code} onClose={() => setOwn(undefined)} />
      <FormModal<{ reason: string; files?: string[] }> open={own === 'comment'} title="说明情况" okText="提交" about="只在本机构内可见，不是对外答复。" onClose={() => setOwn(undefined)}
        onSend={(v) => api.POST('/api/findings/{id}/comment', { params: { path: { id: f.finding_id } }, body: { reason: v.reason.trim(), files: v.files } })}>
        <Form.Item name="reason" label="情况" rules={[{ required: true, whitespace: true, message: '请写明情况' }]}><Input.TextArea rows={5} maxLength={2000} showCount /></Form.Item>
        <Form.Item name="files" label="材料"><FilePick id={f.finding_id} files={detail.files ?? []} /></Form.Item>
      </FormModal>
    </section>
  );
}

/** What the amount of a move is called. */
const amounts: Record<string, string> = { appeal: '有异议的金额', suspect: '认定可疑的金额', uphold: '维持的金额', panel_uphold: '维持的金额', confirm: '确认的金额', admit: '确认的返还金额', deduct: '扣减金额', recover: '追回金额' };
const rests: Record<string, string> = { appeal: '其余视为认可', suspect: '其余不予认定', uphold: '其余不予认定', panel_uphold: '其余不予认定', confirm: '其余不予认定', admit: '其余不予认定' };

function Decide({ move, detail, onClose }: { move?: Option; detail: Detail; onClose: () => void }) {
  const { message } = App.useApp();
  const id = detail.finding.finding_id;
  const part = move?.most !== undefined && move.most !== null && fen(move.most) > 0;
  const send = async (v: { reason?: string; amount?: string; until?: string; document?: string; files?: string[] }) => {
    const amount = v.amount?.trim();
    const done = got(await api.POST('/api/findings/decide', {
      body: {
        move: move!.move, finding_ids: [id], reason: v.reason?.trim() || undefined, document: v.document?.trim() || undefined, until: v.until, files: v.files?.length ? v.files : undefined,
        amounts: part && amount && fen(amount) !== fen(move!.most!) ? { [id]: amount } : undefined,
      },
    }));
    const result = done.items?.[0];
    if (result && !result.done) throw new Error((result.refusals ?? []).map((r) => r.sentence + (r.article ? `（${r.article}）` : '')).join('；'));
    void message.success(`${move!.title}：已办${result?.paper ? `，已拟${result.paper}` : ''}`);
  };
  return (
    <FormModal open={move !== undefined} title={move?.title ?? ''} okText={move?.title} width={560} initial={{ amount: part ? move?.most ?? undefined : undefined }} onClose={onClose} onSend={send}
      about={<>{move && move.to !== '' && move.to !== detail.finding.state && <>之后进入“{move.to_title}”。</>}{move?.paper && <>同时拟一份{move.paper}。</>}</>}>
      {move && (
        <>
          {part && (
            <Form.Item name="amount" label={`${amounts[move.move] ?? '金额'}（元）`} extra={`全部为 ${money(move.most!)} 元${rests[move.move] ? `；少于全部的，${rests[move.move]}` : ''}`} rules={[{ required: true, message: '请填写金额' }, { pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '如 1000.00' }, { validator: (_, v) => (fen(v) > 0 && fen(v) <= fen(move.most!) ? Promise.resolve() : Promise.reject(new Error(`应大于零，不超过 ${money(move.most!)} 元`))) }]}>
              <Input className="figures" style={{ width: 200 }} />
            </Form.Item>
          )}
          <DecisionFields needsReason={move.needs_reason} needsUntil={move.needs_until} />
          <Form.Item name="files" label="材料"><FilePick id={id} files={detail.files ?? []} /></Form.Item>
        </>
      )}
    </FormModal>
  );
}
