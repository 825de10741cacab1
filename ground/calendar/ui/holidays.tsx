import { HistoryOutlined, UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Radio, Select, Tabs } from 'antd';
import { useState } from 'react';
import { api, got, useMay, today, type components } from '@api';
import { Code, DataTable, DayInput, Evidence, FormModal, listOf, Loading, Nothing, PageHead, ReasonField, Side, StateTag, TableImport, usePage, Wrong, type Column } from '@kit';
import { holidays as here } from './pages';
import { Period } from './period';
import { YearGrid } from './year';

type Holiday = components['schemas']['Holiday'];
type DayBody = components['schemas']['DayInputBody'];

const source = listOf('/api/holidays');
const weekday = (day: string) => '日一二三四五六'[new Date(`${day}T00:00:00Z`).getUTCDay()];

const columns: readonly Column<Holiday>[] = [
  { key: 'day', title: '日期', width: 170, sorts: true, render: (h) => <span className="figures">{h.day} 星期{weekday(h.day)}</span> },
  { key: 'kind', title: '类型', width: 110, sorts: true, choices: [{ value: '放假', text: '放假' }, { value: '上班', text: '上班' }], render: (h) => (h.kind === '放假' ? '放假' : <StateTag tone="middle">上班</StateTag>) },
  { key: 'name', title: '名称', width: 180, sorts: true },
  { key: 'year', title: '年度', kind: 'number', width: 90, sorts: true, render: (h) => h.year },
  { key: 'document', title: '文号' },
];

/** Days that are not what their weekday says; working days of periods are counted by it. */
export default function Holidays() {
  const { at, go } = usePage(here);
  const keeps = useMay('calendar.keep');
  const [importing, setImporting] = useState(false);
  const [changing, setChanging] = useState<Partial<Holiday>>();
  const now = Number(today().slice(0, 4));
  return (
    <>
      <PageHead title="节假日表" about="期限中的工作日按本表计算。每年十一月前后，国务院办公厅发布下一年的通知后导入。">
        <Button icon={<HistoryOutlined />} onClick={() => go({ year: String(now) })}>录入记录</Button>
        {keeps && <Button onClick={() => setChanging({})}>修改一天</Button>}
        {keeps && <Button type="primary" icon={<UploadOutlined />} onClick={() => setImporting(true)}>导入通知</Button>}
      </PageHead>
      <Tabs activeKey={at.tab} onChange={(tab) => go({ tab: tab as typeof at.tab })} items={[{ key: 'grid', label: '年历' }, { key: 'list', label: '清单' }, { key: 'period', label: '期限推算' }]} />
      {at.tab === 'grid' && <YearGrid year={/^20\d\d$/.test(at.shown) ? Number(at.shown) : now} onYear={(year) => go({ shown: String(year) }, { replace: true })} onDay={keeps ? setChanging : undefined} />}
      {at.tab === 'period' && <Period at={at} go={go} />}
      {at.tab === 'list' && <DataTable label="节假日" source={source} columns={columns} rowKey={(h) => h.day} at={at.sort ? at : { ...at, sort: '-day' }} go={go} searches="日期、名称、文号" empty="还没有节假日表" onOpen={keeps ? (h) => setChanging(h) : false} />}
      <ChangeDay day={changing} onClose={() => setChanging(undefined)} />
      <TableImport open={importing} title="导入节假日通知" columns="年度、日期、类型、名称、文号" onClose={() => setImporting(false)} onSend={async (body) => `已录入 ${got(await api.POST('/api/holidays/import', { body })).stored} 个年度`} />
      <History year={at.year} onYear={(year) => go({ year }, { replace: true })} onClose={() => go({ year: '' })} />
    </>
  );
}

function ChangeDay({ day, onClose }: { day?: Partial<Holiday>; onClose: () => void }) {
  return (
    <FormModal<DayBody & { day: string }> key={day?.day} open={day !== undefined} title="修改一天" about="只改这一天；整年的通知须已导入。" onClose={onClose} initial={{ day: day?.day, kind: (day?.kind as DayBody['kind']) ?? '放假', name: day?.name, document: day?.document }}
      onSend={({ day: on, ...body }) => api.PUT('/api/holidays/{year}/{day}', { params: { path: { year: day?.day === on && day.year ? day.year : Number(on.slice(0, 4)), day: on } }, body })}>
      <div className="pair">
        <Form.Item name="day" label="日期" rules={[{ required: true, message: '请输入日期' }]}><DayInput disabled={day?.day !== undefined} /></Form.Item>
        <Form.Item name="kind" label="类型" rules={[{ required: true }]}><Radio.Group options={['放假', '上班']} optionType="button" /></Form.Item>
      </div>
      <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请输入，如 春节' }]}><Input maxLength={40} /></Form.Item>
      <Form.Item name="document" label="文号" rules={[{ required: true, whitespace: true, message: '请输入通知的文号' }]}><Input maxLength={100} /></Form.Item>
      <ReasonField />
    </FormModal>
  );
}

function History({ year, onYear, onClose }: { year: string; onYear: (year: string) => void; onClose: () => void }) {
  const now = Number(today().slice(0, 4));
  const query = useQuery({ queryKey: ['/api/holidays', 'history', year], enabled: /^\d{4}$/.test(year), queryFn: async () => got(await api.GET('/api/holidays/{year}/history', { params: { path: { year: Number(year) }, query: { limit: 500 } } })).items ?? [] });
  const days = (list: Holiday[] | null, sign: string) => (list ?? []).map((h) => <li key={sign + h.day}>{sign} <Code>{h.day}</Code> {h.kind} {h.name}</li>);
  return (
    <Side open={year !== ''} title="录入记录" width={520} onClose={onClose} acts={<Select aria-label="年度" value={year} onChange={onYear} options={Array.from({ length: 8 }, (_, i) => String(now + 1 - i)).map((y) => ({ value: y, label: `${y} 年` }))} />}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : query.data.length === 0 ? <Nothing>{`${year} 年没有录入过，适用程序自带的通知`}</Nothing> : (
        <Evidence events={query.data.map((e) => ({ key: String(e.n), at: e.at, title: e.reason, said: <>录入人 <Code>{e.who}</Code></>, body: <ul className="plain-list">{days(e.removed, '−')}{days(e.added, '＋')}</ul> }))} />
      )}
    </Side>
  );
}
