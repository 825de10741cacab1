import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { AutoComplete } from 'antd';
import { api, got } from '@api';
import { DayInput, Nothing, PlainTable, Wrong } from '@kit';
import './calendar.css';

const usual = ['5个工作日', '7个工作日', '15个工作日', '30日', '60日', '90日', '2个月', '3日（不顺延）'];
const weekday = (day: string) => `星期${'日一二三四五六'[new Date(`${day}T00:00:00Z`).getUTCDay()]}`;

export interface PeriodAsked {
  from: string;
  period: string;
  without: string;
  until: string;
}

/** Period reckons the last day of a period, with each day that it skips and why. */
export function Period({ at, go }: { at: PeriodAsked; go: (patch: Partial<PeriodAsked>, how?: { replace?: boolean }) => void }) {
  const stretch = at.without !== '' && at.until !== '';
  const asked = { from: at.from, period: at.period, ...(stretch ? { without: at.without, until: at.until } : {}) };
  const query = useQuery({
    queryKey: ['/api/holidays', 'period', asked], enabled: at.from !== '' && at.period !== '', placeholderData: keepPreviousData, retry: false,
    queryFn: async ({ signal }) => got(await api.GET('/api/holidays/period', { params: { query: asked }, signal })),
  });
  const date = (name: 'from' | 'without' | 'until', label: string) => (
    <label>{label}<DayInput style={{ width: 150 }} value={at[name]} onChange={(day) => go({ [name]: day }, { replace: true })} /></label>
  );
  return (
    <section className="sheet" aria-label="期限推算">
      <div className="period">
        {date('from', '起算事件之日')}
        <label>期限<AutoComplete style={{ width: 160 }} value={at.period} options={usual.map((value) => ({ value }))} onChange={(period: string) => go({ period }, { replace: true })} /></label>
        {date('without', '不计入：自')}
        {date('until', '不计入：至')}
      </div>
      {query.isLoadingError ? <div className="period-end"><Wrong error={query.error} /></div> : !query.data || at.from === '' ? (
        <Nothing>填写起算事件之日与期限，推算最后一日</Nothing>
      ) : (
        <>
          <p className="period-end" role="status">最后一日 <b className="figures">{query.data.last}</b> {weekday(query.data.last)}，当日 24 时前有效。<span className="quiet">事件当日不计算在内。</span></p>
          <PlainTable label="跳过的日子" rows={query.data.skipped ?? []} rowKey={(s) => `${s.day}${s.why}`} empty="没有跳过的日子" columns={[
            { title: '跳过的日子', width: 200, render: (_, s) => <span className="figures">{s.day} {weekday(s.day)}</span> },
            { title: '原因', dataIndex: 'why' },
          ]} />
        </>
      )}
    </section>
  );
}
