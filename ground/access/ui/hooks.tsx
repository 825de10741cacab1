import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, got, type components } from '@api';
import { Code, Evidence, FormModal, PlainTable, ReasonField, ReasonModal, Section, StateTag, Time, Wrong, type Tone } from '@kit';

type Subscription = components['schemas']['Subscription'];
type Told = components['schemas']['Told'];

const events: Record<string, string> = {
  'finding.sent': '疑点已下发', 'finding.decided': '疑点已办理', 'batch.taken': '批次已接收',
  'paper.issued': '文书已出具', 'knowledge.in_force': '知识已生效', 'job.ended': '任务已结束',
};
const states: Record<string, readonly [string, Tone]> = {
  waiting: ['待推送', 'middle'], delivered: ['已送达', 'good'], dead: ['未送达', 'high'], withheld: ['无权接收', 'low'],
};
const things: Record<string, string> = { job: '任务', finding: '疑点', batch: '批次', paper: '文书', 'knowledge.edition': '知识版本' };
const eventNames = (text: string) => text.split(' ').map((e) => events[e] ?? e).join('、');

/** What a service account is told of, where, and what came of it. */
export function Hooks({ service, closed, onSecret }: { service: string; closed: boolean; onSecret: (secret: string) => void }) {
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Subscription>();
  const [shown, setShown] = useState<string>();
  const query = useQuery({ queryKey: ['/api/services', 'hooks', service], queryFn: async () => got(await api.GET('/api/services/{id}/hooks', { params: { path: { id: service }, query: { sort: '-created', limit: 500 } } })).items ?? [] });
  return (
    <Section title="事件推送" extra={!closed && <Button size="small" type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>登记推送</Button>}>
      {query.isLoadingError ? <Wrong error={query.error} /> : (
        <PlainTable<Subscription> label="事件推送" rows={query.data ?? []} loading={query.isPending} rowKey={(s) => s.id} empty="没有登记推送" rowClass={(s) => (s.ended ? 'row-over' : '')} columns={[
          { title: '地址', width: 220, render: (_, s) => <Code>{s.url}</Code> },
          { title: '事件', width: 180, render: (_, s) => eventNames(s.events) },
          { title: '登记', render: (_, s) => <Time at={s.created} /> },
          { title: '', render: (_, s) => (
            <span className="nowrap">
              <Button size="small" type="link" onClick={() => setShown(shown === s.id ? undefined : s.id)}>{shown === s.id ? '收起记录' : '推送记录'}</Button>
              {s.ended ? <StateTag tone="low">已停用</StateTag> : <Button size="small" type="link" danger onClick={() => setEnding(s)}>停用推送</Button>}
            </span>
          ) },
        ]} />
      )}
      {shown && <div style={{ marginTop: 12 }}><Deliveries service={service} hook={shown} over={query.data?.find((s) => s.id === shown)?.ended !== undefined} /></div>}
      <FormModal<components['schemas']['SubscribeInputBody']> open={adding} title="登记推送" okText="登记" about="有事件时向该地址发送编号与代码，不含个人信息；对方凭令牌再查询详情。" onClose={() => setAdding(false)}
        onSend={async (body) => onSecret(got(await api.POST('/api/services/{id}/hooks', { params: { path: { id: service } }, body })).secret)}>
        <Form.Item name="url" label="接收地址" rules={[{ required: true, pattern: /^https?:\/\/\S+$/, message: '应以 https:// 开头' }]}><Input className="code" maxLength={500} placeholder="https://" autoComplete="off" /></Form.Item>
        <Form.Item name="events" label="事件" initialValue={[]} rules={[{ type: 'array', min: 1, message: '至少选择一项' }]}><Checkbox.Group options={Object.entries(events).map(([value, label]) => ({ value, label }))} /></Form.Item>
        <ReasonField />
      </FormModal>
      <ReasonModal open={ending !== undefined} danger title="停用推送" okText="停用" about={`不再向 ${ending?.url ?? ''} 推送，不能恢复；记录保留。`} onClose={() => setEnding(undefined)}
        onSend={(reason) => api.POST('/api/services/{id}/hooks/{hook}/end', { params: { path: { id: service, hook: ending!.id } }, body: { reason } })} />
    </Section>
  );
}

function Deliveries({ service, hook, over }: { service: string; hook: string; over: boolean }) {
  const [state, setState] = useState<'waiting' | 'delivered' | 'dead' | 'withheld'>();
  const [again, setAgain] = useState<Told>();
  const [open, setOpen] = useState<number>();
  const query = useQuery({ queryKey: ['/api/services', 'deliveries', service, hook, state], queryFn: async () => got(await api.GET('/api/services/{id}/hooks/{hook}/deliveries', { params: { path: { id: service, hook }, query: { sort: '-event', limit: 200, filter: state && [`state:${state}`] } } })).items ?? [], refetchInterval: (q) => (q.state.data?.some((d) => d.state === 'waiting') ? 3000 : false) });
  return (
    <Section title="推送记录" extra={<Select size="small" aria-label="推送状态" placeholder="全部状态" allowClear style={{ width: 120 }} value={state} onChange={(s?: typeof state) => setState(s)} options={Object.entries(states).map(([value, [label]]) => ({ value, label }))} />}>
      {query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : (
        <PlainTable<Told> label="推送记录" rows={query.data ?? []} loading={query.isPending} rowKey={(d) => String(d.event)} empty="没有推送记录" columns={[
          { title: '编号', render: (_, d) => <Code>{d.body.id}</Code> },
          { title: '事件', render: (_, d) => <>{events[d.body.event] ?? d.body.event}<br /><small>{things[d.body.kind] ?? d.body.kind} <Code>{d.body.thing}</Code></small></> },
          { title: '状态', render: (_, d) => <StateTag tone={states[d.state]?.[1]}>{states[d.state]?.[0] ?? d.state}</StateTag> },
          { title: '次数', align: 'right', render: (_, d) => <span className="figures">{d.tries}</span> },
          { title: '下次或结束', render: (_, d) => <Time at={d.ended ?? d.next} seconds /> },
          { title: '', render: (_, d) => (
            <span className="nowrap">
              {d.tries > 0 && <Button size="small" type="link" onClick={() => setOpen(open === d.event ? undefined : d.event)}>各次尝试</Button>}
              {d.state !== 'waiting' && !over && <Button size="small" type="link" onClick={() => setAgain(d)}>重新推送</Button>}
            </span>
          ) },
        ]} />
      )}
      {open !== undefined && <div style={{ marginTop: 12 }}><Tries service={service} hook={hook} event={open} /></div>}
      <ReasonModal open={again !== undefined} title={`重新推送 ${again?.body.id ?? ''}`} okText="推送" onClose={() => setAgain(undefined)}
        onSend={(reason) => api.POST('/api/services/{id}/hooks/{hook}/deliveries/{event}/again', { params: { path: { id: service, hook, event: again!.event } }, body: { reason } })} />
    </Section>
  );
}

function Tries({ service, hook, event }: { service: string; hook: string; event: number }) {
  const query = useQuery({ queryKey: ['/api/services', 'tries', service, hook, event], queryFn: async () => got(await api.GET('/api/services/{id}/hooks/{hook}/deliveries/{event}/tries', { params: { path: { id: service, hook, event }, query: { limit: 500 } } })).items ?? [] });
  if (query.isLoadingError) return <Wrong error={query.error} />;
  return <Evidence label="各次尝试" events={(query.data ?? []).map((t) => ({ key: String(t.n), at: t.at, title: t.status ? `对方答复 ${t.status}` : '没有答复', tone: t.status >= 200 && t.status < 300 ? 'good' : 'middle', said: t.status ? undefined : t.error }))} />;
}
