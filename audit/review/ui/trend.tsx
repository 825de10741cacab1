import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Segmented, Select } from 'antd';
import { useMay, type components } from '@api';
import { Chart, Code, Facts, Loading, Money, Nothing, PageHead, PlainTable, Section, useGoTo, usePage, Wrong } from '@kit';
import { findings, trend as here } from './pages';
import { groupsOf, trendOf, useWhole } from './source';
import './review.css';

type Trend = components['schemas']['Trend'];
type Month = NonNullable<Trend['months']>[number];

/** An institution's findings by month beside the median of its peers: the supervised see the same figures as the supervisor. */
export default function TrendPage(): ReactNode {
  const { at, go } = usePage(here);
  const own = !useMay('review.read');
  const whole = useWhole() || !own;
  const all = useQuery({ ...groupsOf('institution'), enabled: whole });
  const code = at.fixmedins_code || all.data?.[0]?.key || '';
  const query = useQuery({ ...trendOf(code), enabled: whole && code !== '' });
  return (
    <>
      <PageHead title={own ? '本机构走势' : '机构走势'} about="按疑点最后费用日所在月份，只计已告知机构的疑点；与同市同类同级机构的中位数比较，不含其他机构的名称和数字。">
        {(all.data?.length ?? 0) > 1 && <Select aria-label="机构" showSearch={{ optionFilterProp: 'label' }} style={{ width: 320 }} value={code} onChange={(v: string) => go({ fixmedins_code: v })} options={all.data!.map((g) => ({ value: g.key, label: g.name ? `${g.name}　${g.key}` : g.key }))} />}
      </PageHead>
      {!whole ? <Nothing>本机构整体的走势由医保办查看</Nothing> : all.isLoadingError ? <Wrong error={all.error} /> : code === '' ? (all.isPending ? <Loading /> : <Nothing>没有告知过疑点的机构</Nothing>) : query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : query.isPending ? <Loading /> : <Shown t={query.data} unit={at.unit} onUnit={(unit) => go({ unit })} />}
    </>
  );
}

function Shown({ t, unit, onUnit }: { t: Trend; unit: 'counted' | 'findings'; onUnit: (u: 'counted' | 'findings') => void }) {
  const goTo = useGoTo();
  const months = t.months ?? [];
  const money = unit === 'counted';
  const open = (m: Month) => goTo(findings, { at: { fixmedins_code: [t.fixmedins_code], from: `${m.month}-01`, to: lastDay(m.month) } });
  const percent = (share: string) => (share ? <span className="figures">{(Number(share) * 100).toFixed(1)}%</span> : <span className="faint">—</span>);
  return (
    <>
      <section className="sheet rv-trend">
        <Facts columns={3} items={[['机构', <>{t.fixmedins_name}　<Code>{t.fixmedins_code}</Code></>], ['比较的机构', `${t.peers} 家（同市、同类、同级）`], ['中位数', t.withheld ? '同级机构不足 5 家，不显示' : '没有疑点的机构按零计']]} />
        <Section title={money ? '计入金额' : '疑点数'} extra={<Segmented aria-label="指标" value={unit} onChange={onUnit} options={[{ value: 'counted', label: '金额' }, { value: 'findings', label: '件数' }]} />}>
          <Chart label={`${t.fixmedins_name}${money ? '计入金额' : '疑点数'}`} kind="line" height={280} unit={money ? 'yuan' : 'count'} series={t.withheld ? ['本机构'] : ['本机构', '同级中位数']}
            figures={months.map((m) => ({ name: m.month, values: t.withheld ? [Number(money ? m.counted : m.findings)] : [Number(money ? m.counted : m.findings), Number(money ? m.median_counted : m.median_findings)], onOpen: () => open(m) }))} />
        </Section>
      </section>
      <PlainTable label="按月" rows={[...months].reverse()} rowKey={(m) => m.month} columns={[
        { title: '月份', key: 'month', render: (_, m) => <a className="figures" href="#" onClick={(e) => { e.preventDefault(); open(m); }}>{m.month}</a> },
        { title: '疑点数', key: 'n', align: 'right', render: (_, m) => <span className="figures">{m.findings}</span> },
        { title: '同级中位数', key: 'mn', align: 'right', render: (_, m) => <span className="figures">{m.median_findings || '—'}</span> },
        { title: '占同级件数', key: 'sn', align: 'right', render: (_, m) => percent(m.share_findings) },
        { title: '计入金额', key: 'c', align: 'right', render: (_, m) => <Money yuan={m.counted} /> },
        { title: '同级中位数', key: 'mc', align: 'right', render: (_, m) => <Money yuan={m.median_counted} /> },
        { title: '占同级金额', key: 'sc', align: 'right', render: (_, m) => percent(m.share_counted) },
      ]} />
    </>
  );
}

/** lastDay is the last day of a month as 2026-01. */
function lastDay(month: string): string {
  const [year, of] = month.split('-').map(Number) as [number, number];
  return `${month}-${String(new Date(Date.UTC(year, of, 0)).getUTCDate()).padStart(2, '0')}`;
}
