import { FullscreenOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { api, got, useMay, useMe } from '@api';
import { Chart, Loading, Nothing, PageHead, Section, useGoTo, usePage, Wrong } from '@kit';
import { Data } from './overview_data';
import { Officer } from './overview_officer';
import { Institutions, Money5, Rules, States, Work, type OverviewData } from './overview_parts';
import { overview as here, wall } from './overview_pages';
import { trendOf, useWhole } from './source';
import './overview.css';

/** Overview is what needs somebody today, and where the findings stand: each role gets what is theirs. */
export default function Overview() {
  const findings = useMay('review.read', 'review.read_own');
  const { at, go } = usePage(here);
  const officer = useMay('access.read_rights', 'access.audit');
  return (
    <>
      <PageHead title="总览">
        {findings && <Regions region={at.region} onChange={(region) => go({ region })} />}
        <Wall />
      </PageHead>
      <div className="ov">
        {findings && <Findings region={at.region} />}
        {officer && <Officer />}
        {!findings && !officer && <Nothing>您的岗位没有需要汇总的内容，请从左侧菜单进入。</Nothing>}
      </div>
    </>
  );
}

function Wall() {
  const may = useMay('review.read');
  const to = useGoTo();
  return may ? <Button icon={<FullscreenOutlined />} onClick={() => to(wall)}>大屏</Button> : null;
}

/** useOverview asks where the findings of a region stand; empty: all that one reaches. */
export const useOverview = (region: string, live?: number) =>
  useQuery({
    queryKey: ['/api/overview', region],
    queryFn: async ({ signal }) => got(await api.GET('/api/overview', { params: { query: region ? { region: [region] } : {} }, signal })),
    refetchInterval: live,
  });

/** Regions chooses one of the regions that have findings. */
function Regions({ region, onChange }: { region: string; onChange: (region: string) => void }) {
  const all = useOverview('').data?.regions ?? [];
  if (!useMay('review.read') || all.length < 2) return null;
  return (
    <Select aria-label="区划" style={{ minWidth: 180 }} value={region} onChange={onChange}
      options={[{ value: '', label: '全部区划' }, ...all.map((r) => ({ value: r.key, label: r.name || `区划 ${r.key}` }))]} />
  );
}

function Findings({ region }: { region: string }) {
  const query = useOverview(region);
  const authority = useMay('review.read');
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={12} />;
  const o = query.data;
  return (
    <>
      <Work o={o} region={region} />
      {!authority && o.total.findings === 0 ? <Nothing>没有需要您处理的疑点</Nothing> : <Standing o={o} region={region} />}
    </>
  );
}

/** Standing is where the findings stand: money, months, steps, rules, institutions, data. */
function Standing({ o, region }: { o: OverviewData; region: string }) {
  const authority = useMay('review.read');
  const me = useMe();
  return (
    <>
      <Money5 o={o} region={region} />
      <div className="ov-two">
        {authority ? (
          <Section title="按月：发现、认定、收回">
            <Chart label="按月：发现、认定、收回" kind="line" series={['发现', '认定', '收回']} unit="yuan" height={300}
              figures={o.months.map((m) => ({ name: m.month, values: [Number(m.counted), Number(m.confirmed), Number(m.collected)] }))} />
          </Section>
        ) : (
          <Own organisation={me.organisation ?? ''} />
        )}
        <States o={o} region={region} />
      </div>
      <div className="ov-two">
        <Rules o={o} region={region} />
        {authority && <Institutions o={o} region={region} />}
      </div>
      {authority && <Data o={o} />}
    </>
  );
}

/** Own is an institution's own months beside those of its peers. */
function Own({ organisation }: { organisation: string }) {
  const whole = useWhole();
  const code = organisation.split(/[.-]/)[0] ?? organisation;
  const query = useQuery({ ...trendOf(code), enabled: whole, retry: false });
  return (
    <Section title="按月：本机构与同级机构">
      {query.data ? (
        <Chart label="按月：本机构与同级机构" kind="line" series={query.data.withheld ? ['本机构'] : ['本机构', '同级机构中位数']} unit="yuan" height={300}
          figures={query.data.months!.map((m) => ({ name: m.month, values: query.data.withheld ? [Number(m.counted)] : [Number(m.counted), Number(m.median_counted)] }))} />
      ) : query.isLoadingError || !whole ? (
        <Nothing>本机构整体的走势由医保办查看</Nothing>
      ) : (
        <Loading lines={4} />
      )}
    </Section>
  );
}

