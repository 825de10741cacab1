import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { api, got, useMay } from '@api';
import { Chart, Code, count, Facts, Loading, Money, Nothing, PageHead, PlainTable, Region, Section, To, useGoTo, usePage, Wrong } from '@kit';
import { findings, trend } from '../../../audit/review/ui/pages';
import { trendOf } from '../../../audit/review/ui/source';
import { institution as here } from './pages';
import { levels, types } from './words';
import './stories.css';

const groupings = [['rule', '规则'], ['department', '科室'], ['doctor', '医师'], ['state', '环节']] as const;

/** Institution is everything about one institution: its findings by what one asks, beside its peers, and what its data leave unchecked. */
export default function Institution() {
  const { at, go, params } = usePage(here);
  const code = params.code!;
  const registered = useMay('registry.institutions');
  const one = useQuery({
    queryKey: ['/api/institutions', code], enabled: registered, retry: false,
    queryFn: async ({ signal }) => got(await api.GET('/api/institutions/{id}', { params: { path: { id: code } }, signal })),
  });
  const sums = useQuery({
    queryKey: ['/api/overview', 'institution', code],
    queryFn: async ({ signal }) => got(await api.GET('/api/overview', { params: { query: { fixmedins_code: [code] } }, signal })),
  });
  const peers = useQuery({ ...trendOf(code), retry: false });
  if (one.isLoadingError && peers.isLoadingError) return <Wrong error={one.error} />;
  const name = one.data?.name || peers.data?.fixmedins_name || sums.data?.institutions[0]?.name || code;
  const o = sums.data;
  return (
    <>
      <PageHead title={name} thing={name} about={<Code copy>{code}</Code>}>
        <To page={findings} at={{ fixmedins_code: [code] }}>全部疑点</To>
      </PageHead>
      <div className="st">
        <Section title="概况">
          <Facts columns={3} items={[
            ['类型', types[one.data?.type ?? ''] ?? one.data?.type],
            ['等级', levels[one.data?.level ?? peers.data?.hosp_lv ?? ''] ?? one.data?.level],
            ['区划', one.data?.region && <Region key="r" code={one.data.region} coded />],
            ['疑点', o && <To key="f" page={findings} at={{ fixmedins_code: [code] }}>{`${count(o.total.findings)} 条`}</To>],
            ['计入金额（元）', o && <Figure key="c" yuan={o.total.counted} />],
            ['待定（元）', o && <Figure key="s" yuan={o.total.stake} />],
            ['已认可待收（元）', o && <Figure key="a" yuan={o.total.accepted} />],
            ['已扣减、追回（元）', o && <span key="d"><Figure yuan={o.total.deducted} />　<Figure yuan={o.total.recovered} /></span>],
            ['逾期', o && <To key="o" page={findings} at={{ fixmedins_code: [code], overdue: true }}>{`${count(o.overdue)} 条`}</To>],
          ]} />
        </Section>
        <Peers query={peers} code={code} />
        <Groups code={code} by={at.by} onBy={(by) => go({ by })} />
        <Doubts code={code} />
      </div>
    </>
  );
}

const Figure = ({ yuan }: { yuan: string }) => <span className="st-figure"><Money yuan={yuan} /></span>;

/** Peers are the months of the institution beside the median of its kind and level in the city. */
function Peers({ query, code }: { query: { data?: { months: { month: string; counted: string; median_counted: string }[] | null; peers: number; withheld: boolean }; isLoadingError: boolean }; code: string }) {
  const t = query.data;
  return (
    <Section title="按月：与同级机构比较" extra={<To page={trend} at={{ fixmedins_code: code }}>走势详情</To>}>
      {t ? (
        <>
          <Chart label="按月：与同级机构比较" kind="line" unit="yuan" height={220} series={t.withheld ? ['本机构'] : ['本机构', '同级机构中位数']}
            figures={(t.months ?? []).map((m) => ({ name: m.month, values: t.withheld ? [Number(m.counted)] : [Number(m.counted), Number(m.median_counted)] }))} />
          <p className="faint">只计已告知机构的疑点；{t.withheld ? `全市同类同级机构 ${t.peers} 家，不足五家，不列中位数。` : `与全市同类同级机构 ${t.peers} 家比较。`}</p>
        </>
      ) : query.isLoadingError ? <Nothing>名册里没有这家机构，不能与同级机构比较</Nothing> : <Loading lines={4} />}
    </Section>
  );
}

/** Groups are its findings by rule, department, doctor or step; each leads to the list. */
function Groups({ code, by, onBy }: { code: string; by: (typeof groupings)[number][0]; onBy: (by: (typeof groupings)[number][0]) => void }) {
  const to = useGoTo();
  const query = useQuery({
    queryKey: ['/api/findings/groups', 'institution', code, by],
    queryFn: async ({ signal }) => got(await api.GET('/api/findings/groups', { params: { query: { fixmedins_code: [code], by, limit: 100 } }, signal })),
  });
  const filterOf = (key: string) => ({ fixmedins_code: [code], ...{ rule: { rule_id: [key] }, department: { dept_name: [key] }, doctor: { dr_code: [key] }, state: { state: [key] } }[by] });
  const rows = query.data?.items ?? [];
  return (
    <Section title="疑点分布" extra={<Segmented size="small" aria-label="分布" value={by} onChange={(v) => onBy(v as typeof by)} options={groupings.map(([value, label]) => ({ value, label }))} />}>
      {query.isLoadingError ? <Wrong error={query.error} again={() => void query.refetch()} /> : (
        <div className="st-split">
          <Chart label="疑点分布（计入金额前十）" kind="ranking" unit="yuan" series={['计入金额']} height={300} figures={rows.slice(0, 10).map((g) => ({ name: g.name || g.key || '未填', values: [Number(g.counted)], onOpen: () => to(findings, { at: filterOf(g.key) }) }))} />
          <PlainTable label="疑点分布" loading={query.isPending} rows={rows} rowKey={(g) => g.key} empty="没有疑点"
            columns={[
              { title: groupings.find(([v]) => v === by)![1], ellipsis: true, render: (_, g) => <To page={findings} at={filterOf(g.key)}>{g.name || g.key || '未填'}</To> },
              { title: '疑点', align: 'right', width: 70, render: (_, g) => <span className="figures">{count(g.findings)}</span> },
              { title: '计入金额', align: 'right', width: 120, render: (_, g) => <Money yuan={g.counted} /> },
              { title: '待定', align: 'right', width: 120, render: (_, g) => <Money yuan={g.stake} /> },
              { title: '不予认定', align: 'right', width: 120, render: (_, g) => <Money yuan={g.dropped} /> },
            ]} />
        </div>
      )}
    </Section>
  );
}

/** Doubts are what is wrong with the data of the institution, so that something was not checked. */
function Doubts({ code }: { code: string }) {
  const may = useMay('intake.read');
  const query = useQuery({
    queryKey: ['/api/intake/doubts', code], enabled: may,
    queryFn: async ({ signal }) => got(await api.GET('/api/intake/doubts', { params: { query: { filter: [`institution:${code}`], limit: 50 } }, signal })),
  });
  if (!may) return null;
  return (
    <Section title="数据问题和因此未查的内容">
      {query.isLoadingError ? <Wrong error={query.error} /> : (
        <PlainTable label="数据问题" loading={query.isPending} rows={query.data?.items ?? []} rowKey={(d) => d.id} empty="接收时没有发现这家机构的数据问题"
          columns={[
            { title: '数据表', width: 180, render: (_, d) => d.table_name || d.table },
            { title: '问题', render: (_, d) => d.name },
            { title: '行数', align: 'right', width: 90, render: (_, d) => <span className="figures">{count(d.count)}</span> },
          ]} />
      )}
    </Section>
  );
}
