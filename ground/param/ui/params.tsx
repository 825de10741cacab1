import { LockOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { api, got, useMay, type components } from '@api';
import { Caution, Code, DataTable, DayInput, Facts, listOf, Loading, Nothing, PageHead, PlainTable, ReasonModal, Region, Section, Side, StateTag, TableImport, Time, usePage, Wrong, type Column } from '@kit';
import { params as here } from './pages';
import { PutSetting } from './put';

export type Parameter = components['schemas']['Parameter'];
type Stored = components['schemas']['StoredSetting'];

const columns: readonly Column<Parameter>[] = [
  { key: 'meaning', title: '含义', sorts: true, render: (p) => <span title={p.meaning}>{p.meaning}</span> },
  { key: 'value', title: '值', width: 140, render: (p) => <Value p={p} /> },
  { key: 'set_in', title: '设定区划', width: 96, sorts: true, render: (p) => (p.value ? (p.set_in ? <Region code={p.set_in} /> : '全国') : '—') },
  { key: 'certainty', title: '确定性', width: 180, sorts: true, render: (p) => <Certainty p={p} /> },
  { key: 'document', title: '文件', width: 220, render: (p) => <span title={[p.document, p.article].filter(Boolean).join(' ')}>{[p.document, p.article].filter(Boolean).join(' ') || '—'}</span> },
  { key: 'key', title: '键', kind: 'code', width: 210, sorts: true, hidden: true },
];

const Value = ({ p }: { p: Parameter }) => (
  <span className="nowrap">
    {p.value ? <b className="figures">{p.value}</b> : <span className="faint">没有设定</span>}
    {p.national && <LockOutlined className="faint" style={{ marginLeft: 6 }} title="国家统一，地方不能另行规定" aria-label="国家统一" />}
  </span>
);

const Certainty = ({ p }: { p: Parameter }) => (p.caution ? <Caution text={p.caution} why={p.certainty_text} /> : <span className="quiet">{p.certainty_text ?? '—'}</span>);

/** The numbers of law by region and day: periods, thresholds, multiples, caps, each with its source and how sure it is. */
export default function Params() {
  const { at, go } = usePage(here);
  const keeps = useMay('param.keep');
  const [importing, setImporting] = useState(false);
  const source = useMemo(() => listOf('/api/params', { region: at.region || undefined, day: at.day || undefined }), [at.region, at.day]);
  return (
    <>
      <PageHead title="法定参数" about="程序带有国家和部分地方的规定；本地正式文本另有规定的，由监管负责人录入，优先适用。">
        {keeps && <Button icon={<UploadOutlined />} onClick={() => setImporting(true)}>导入</Button>}
      </PageHead>
      <DataTable label="法定参数" source={source} columns={columns} rowKey={(p) => p.key} at={at} go={go} searches="含义、键、文件" empty="没有参数"
        filters={<Where region={at.region} day={at.day} go={go} />} />
      <One of={at.open} region={at.region} day={at.day} keeps={keeps} onClose={() => go({ open: '' })} />
      <TableImport open={importing} title="导入参数表" columns="键、区划、起、止、值、确定性、文件、条款、说明" onClose={() => setImporting(false)}
        onSend={async (body) => `已录入 ${got(await api.POST('/api/params/import', { body })).stored} 条`} />
    </>
  );
}

/** Where is the region and the day whose values are shown. */
function Where({ region, day, go }: { region: string; day: string; go: (patch: { region?: string; day?: string }) => void }) {
  const take = (value: string) => { if (value === '' || /^\d{6}$/.test(value)) go({ region: value }); };
  return (
    <>
      <Input key={region} className="code" style={{ width: 130 }} defaultValue={region} placeholder="本区划" aria-label="区划" prefix={<span className="faint">区划</span>} maxLength={6} onBlur={(e) => take(e.target.value)} onPressEnter={(e) => take(e.currentTarget.value)} />
      <DayInput style={{ width: 170 }} value={day} label="适用日期" prefix="日期" placeholder="今天" onChange={(to) => go({ day: to })} />
    </>
  );
}

function One({ of, region, day, keeps, onClose }: { of: string; region: string; day: string; keeps: boolean; onClose: () => void }) {
  const [putting, setPutting] = useState(false);
  const query = useQuery({
    queryKey: ['/api/params', 'one', of, region, day],
    enabled: of !== '',
    queryFn: async () => got(await api.GET('/api/params', { params: { query: { filter: [`key:${of}`], limit: 1, region: region || undefined, day: day || undefined } } })).items?.[0] ?? null,
  });
  const p = query.data;
  return (
    <Side open={of !== ''} title={p?.meaning ?? '参数'} width={720} onClose={onClose} acts={p && keeps && !p.national && <Button type="primary" icon={<PlusOutlined />} onClick={() => setPutting(true)}>录入</Button>}>
      {query.isLoadingError ? <Wrong error={query.error} /> : query.isPending ? <Loading /> : !p ? <Nothing>没有这个参数</Nothing> : (
        <>
          <Facts items={[
            ['值', <Value p={p} />], ['确定性', <Certainty p={p} />],
            ['适用', [p.from, p.to].some(Boolean) ? <span className="figures">{`${p.from || '不限'} 至 ${p.to || '不限'}`}</span> : '不限'], ['设定区划', p.value ? (p.set_in ? <Region code={p.set_in} coded /> : '全国') : undefined],
            ['文件', p.document], ['条款', p.article],
            ['来源', p.stored ? '录入' : '程序自带'], ['国家统一', p.national ? '是，地方不能另行规定' : '否'],
            ['键', <Code copy>{p.key}</Code>], ['说明', p.note],
          ]} />
          <History of={p.key} keeps={keeps} />
          <PutSetting p={p} open={putting} onClose={() => setPutting(false)} />
        </>
      )}
    </Side>
  );
}

function History({ of, keeps }: { of: string; keeps: boolean }) {
  const [withdrawing, setWithdrawing] = useState<Stored>();
  const query = useQuery({ queryKey: ['/api/params', 'history', of], queryFn: async () => got(await api.GET('/api/params/{key}/history', { params: { path: { key: of }, query: { limit: 500 } } })).items ?? [] });
  return (
    <Section title="录入记录">
      {query.isLoadingError ? <Wrong error={query.error} /> : (
        <PlainTable<Stored> label="录入记录" rows={query.data ?? []} loading={query.isPending} rowKey={(s) => String(s.n)} empty="没有录入过，适用程序自带的值" rowClass={(s) => (s.withdrawn_at ? 'row-over' : '')} columns={[
          { title: '区划', render: (_, s) => (s.region ? <Region code={s.region} /> : '全国') },
          { title: '值', render: (_, s) => <span className="figures">{s.value}</span> },
          { title: '适用', render: (_, s) => <span className="figures nowrap">{`${s.from || '不限'} 至 ${s.to || '不限'}`}</span> },
          { title: '文件', width: 180, render: (_, s) => [s.document, s.article].filter(Boolean).join(' ') },
          { title: '录入', render: (_, s) => <span title={s.reason}><Code>{s.who}</Code> <Time at={s.at} /></span> },
          { title: '状态', render: (_, s) => (s.withdrawn_at ? <StateTag tone="low">已撤回</StateTag> : keeps ? <Button size="small" type="link" danger onClick={() => setWithdrawing(s)}>撤回</Button> : <StateTag tone="good">有效</StateTag>) },
        ]} />
      )}
      <ReasonModal open={withdrawing !== undefined} danger title={`撤回“${withdrawing?.value ?? ''}”`} okText="撤回" about="撤回后适用此前的值；记录保留。" onClose={() => setWithdrawing(undefined)}
        onSend={(reason) => api.POST('/api/params/{key}/settings/{n}/withdraw', { params: { path: { key: of, n: withdrawing!.n } }, body: { reason } })} />
    </Section>
  );
}
