import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select, Tooltip } from 'antd';
import { useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { DayInput, FormModal, ReasonField, useGoTo } from '@kit';
import { draft } from './pages';
import type { VersionRecord } from './version';

type Body = { reason: string; document?: string; institutions?: string[]; last_day?: string };
type Name = 'submit' | 'discard' | 'approve' | 'return' | 'rework' | 'grey' | 'force' | 'retire';

/** What leads on, in the order of the life; what cannot be done says why. */
const order = ['force', 'grey', 'approve', 'submit', 'edit', 'return', 'rework', 'discard', 'retire'];
const against = ['discard', 'retire', 'rework', 'return'];
const needs: Record<string, string> = { edit: 'rule.write', submit: 'rule.write', discard: 'rule.write', approve: 'rule.approve', return: 'rule.approve', rework: 'rule.release', grey: 'rule.release', force: 'rule.release', retire: 'rule.release' };

const abouts: Partial<Record<string, string>> = {
  submit: '提交后不能修改；审核人员不能是起草、提交的人。', approve: '通过后转入试运行：只在历史数据上判定，不产生对外的疑点。',
  grey: '只在选定的机构判定，疑点注明为灰度。', force: '在本区划判定适用服务日的费用。启用的人不能是起草、提交、审核的人。', discard: '作废后不能恢复。',
  retire: '停用后继续判定最后服务日及以前的费用。', rework: '退回后可以修改；试运行的结果随内容变化作废。',
};

/** What a move itself brings along, so that its lack keeps nobody from asking for it. */
const brought: Partial<Record<string, string>> = { grey: 'rule.institutions', retire: 'rule.last-day' };

/** refusalsOf are the refusals of a move that somebody cannot meet by making it. */
export const refusalsOf = (m: components['schemas']['LifeMove']) => (m.refusals ?? []).filter((r) => r.code !== brought[m.move]);

/** opens says whether a move may be asked for. */
export const opens = (m: components['schemas']['LifeMove']) => m.allowed || refusalsOf(m).length === 0;

export function Moves({ v }: { v: VersionRecord }) {
  const goTo = useGoTo();
  const [asked, setAsked] = useState<string>();
  const mays: Record<string, boolean> = { 'rule.write': useMay('rule.write'), 'rule.approve': useMay('rule.approve'), 'rule.release': useMay('rule.release') };
  const all = [...(v.moves ?? [])].filter((m) => mays[needs[m.move] ?? ''] ?? false).sort((a, b) => order.indexOf(a.move) - order.indexOf(b.move));
  const first = all.find((m) => opens(m) && !against.includes(m.move) && m.move !== 'edit')?.move;
  return (
    <>
      {all.map((m) => {
        const button = <Button key={m.move} type={m.move === first ? 'primary' : 'default'} danger={['discard', 'retire'].includes(m.move)} disabled={!opens(m)} onClick={() => (m.move === 'edit' ? goTo(draft, { at: { version: v.id } }) : setAsked(m.move))}>{m.title}</Button>;
        return opens(m) ? button : <Tooltip key={m.move} title={refusalsOf(m).map((r) => r.sentence).join('；')}><span>{button}</span></Tooltip>;
      })}
      {all.filter((m) => m.move !== 'edit').map((m) => <MoveModal key={m.move} v={v} move={m.move as Name} title={m.title} open={asked === m.move} onClose={() => setAsked(undefined)} />)}
    </>
  );
}

function MoveModal({ v, move, title, open, onClose }: { v: VersionRecord; move: Name; title: string; open: boolean; onClose: () => void }) {
  return (
    <FormModal<Body> open={open} title={`${title}：${v.name} ${v.label}`} okText={title} danger={against.includes(move)} about={abouts[move]} width={560} onClose={onClose}
      onSend={(body) => api.POST(`/api/rule-versions/{id}/${move}` as '/api/rule-versions/{id}/grey', { params: { path: { id: v.id } }, body: { ...body, reason: body.reason.trim() } })}>
      {move === 'grey' && <Institutions region={v.region} />}
      {move === 'retire' && (
        <Form.Item name="last_day" label="最后服务日" rules={[{ required: true, message: '请选择最后一个适用的服务日' }]} extra={v.to ? `现为 ${v.to}` : '现为不限'}><DayInput /></Form.Item>
      )}
      {['approve', 'grey', 'force', 'retire'].includes(move) && <Form.Item name="document" label="文件" extra="依据的文件和文号"><Input maxLength={200} /></Form.Item>}
      <ReasonField />
    </FormModal>
  );
}

/** Institutions are chosen by name or code from those that the home knows in the region. */
function Institutions({ region }: { region: string }) {
  const [typed, setTyped] = useState('');
  const query = useQuery({
    queryKey: ['/api/institutions', 'choose', typed],
    queryFn: async () => got(await api.GET('/api/institutions', { params: { query: { q: typed || undefined, limit: 50 } } })).items ?? [],
  });
  return (
    <Form.Item name="institutions" label="灰度的机构" rules={[{ required: true, type: 'array', min: 1, message: '请选择机构' }]} extra={`都应在 ${region} 之内`}>
      <Select mode="multiple" aria-label="灰度的机构" placeholder="输入名称或编码" showSearch={{ filterOption: false, onSearch: setTyped }} loading={query.isFetching}
        options={(query.data ?? []).map((i) => ({ value: i.code, label: `${i.name}（${i.code}）` }))} notFoundContent={query.isFetching ? '正在查找' : '没有找到'} />
    </Form.Item>
  );
}
